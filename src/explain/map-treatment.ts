/**
 * What any attribution method's maps can be turned into, so that methods are compared on equal terms: `raw` as they are;
 * `share` |a_i| / sum over the words' |a_j| in each pixel, 0..1; `excess` the share minus its mean over the picture,
 * clipped at 0: where a word does more than it does on average; `lead` |a_i| where no other word's |a_j| is larger, else 0:
 * what it does where it does most.
 */
export const MAP_TREATMENTS = ["raw", "share", "excess", "lead"] as const;
export type MapTreatment = (typeof MAP_TREATMENTS)[number];

/** One map [H, W] per word of one prompt, all of them, treated alike; in a pixel where every map is 0, so is every share. */
export function treatMaps(maps: readonly Float32Array[], treatment: MapTreatment): readonly Float32Array[] {
  switch (treatment) {
    case "raw":
      return maps;
    case "share":
      return shares(maps);
    case "excess":
      return shares(maps).map(aboveMean);
    case "lead":
      return leads(maps);
  }
}

function shares(maps: readonly Float32Array[]): Float32Array[] {
  const total = new Float64Array(maps[0]?.length ?? 0); // [H, W]
  for (const map of maps)
    map.forEach((value, i) => {
      total[i] = total[i]! + Math.abs(value);
    });
  return maps.map((map) => map.map((value, i) => (total[i] === 0 ? 0 : Math.abs(value) / total[i]!)));
}

function leads(maps: readonly Float32Array[]): Float32Array[] {
  const most = new Float32Array(maps[0]?.length ?? 0); // [H, W]
  for (const map of maps)
    map.forEach((value, i) => {
      most[i] = Math.max(most[i]!, Math.abs(value));
    });
  return maps.map((map) => map.map((value, i) => (Math.abs(value) === most[i] ? most[i] : 0)));
}

function aboveMean(map: Float32Array): Float32Array {
  const mean = map.reduce((total, value) => total + value, 0) / map.length;
  return map.map((value) => Math.max(0, value - mean));
}

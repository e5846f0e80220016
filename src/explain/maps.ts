import type { Ledger } from "./ledger.js";
import { treatMaps } from "./map-treatment.js";
import { contentOf, promptRows } from "./relevance.js";

/**
 * Forms of a pixel map, over the content contributions d_i to rgb - 0.5:
 * `magnitude` |d_i|, summed over rgb; `share` |d_i| / sum over the prompt's |d_j|, 0..1;
 * `excess` the share minus its mean over the picture, clipped at 0: where a word does more than it does on average;
 * `signed` <d_i, d> / |d| over rgb, positive where the word pushes a pixel towards the colour it has, negative against it.
 */
export type MapForm = "magnitude" | "share" | "excess" | "signed";

/** One map [H, W] per prompt source (token or word), in row order. */
export function pixelMaps(ledger: Ledger, form: MapForm): readonly Float32Array[] {
  switch (form) {
    case "magnitude":
      return magnitudeMaps(ledger);
    case "share":
    case "excess":
      return treatMaps(magnitudeMaps(ledger), form);
    case "signed":
      return signedMaps(ledger);
  }
}

/** The form that says most of these words: the excess share, or the magnitude of a single word, whose share is 1 everywhere. */
export const defaultForm = (words: number): "excess" | "magnitude" => (words === 1 ? "magnitude" : "excess");

/** The largest magnitude over all maps, so that they can be shown on one scale and a neglected word stays dark; 1 if all are 0. */
export function sharedScale(maps: readonly Float32Array[]): number {
  const largest = maps.reduce((most, map) => map.reduce((m, value) => Math.max(m, Math.abs(value)), most), 0);
  return largest === 0 ? 1 : largest;
}

const magnitudeMaps = (ledger: Ledger): Float32Array[] => promptRows(ledger).map(contentMagnitude);

/** |d| summed over rgb, [H, W], of a part of a picture [6, H, W]. */
export const contentMagnitude = (part: Float32Array): Float32Array =>
  overChannels(contentOf(part).map(Math.abs));

function signedMaps(ledger: Ledger): Float32Array[] {
  const image = contentOf(ledger.image); // [3, H, W]
  const norm = overChannels(image.map((value) => value * value)).map(Math.sqrt); // [H, W]
  return promptRows(ledger).map((row) => {
    const products = contentOf(row).map((value, i) => value * image[i]!);
    return overChannels(products).map((value, i) => (norm[i] === 0 ? 0 : value / norm[i]!));
  });
}

/** Sum over the channels: [3, H, W] to [H, W]. */
function overChannels(values: Float32Array): Float32Array {
  const pixels = values.length / 3;
  return values.subarray(0, pixels).map((r, i) => r + values[pixels + i]! + values[2 * pixels + i]!);
}

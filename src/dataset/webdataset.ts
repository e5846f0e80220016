import type { TarFile } from "./tar-index.js";

/** Endings of images that are read. */
export const IMAGE_ENDINGS: readonly string[] = ["png", "jpg", "jpeg", "webp", "gif", "avif"];

/** A sample of a WebDataset shard: files that lie together and differ in what follows the first dot of their names. */
export interface ShardSample {
  readonly key: string;
  readonly image: TarFile | undefined;
  /** The caption as text. */
  readonly text: TarFile | undefined;
  /** Facts, of which "caption" is one. */
  readonly json: TarFile | undefined;
}

/** The samples of a shard, in their order. */
export function samplesOf(files: readonly TarFile[]): ShardSample[] {
  const samples: { key: string; parts: Map<string, TarFile> }[] = [];
  for (const file of files) {
    const [, key, ending] = /^((?:.*\/)?[^/.]+)\.([^/]+)$/.exec(file.name) ?? [];
    if (key === undefined || ending === undefined) continue;
    if (samples.at(-1)?.key !== key) samples.push({ key, parts: new Map() });
    samples.at(-1)?.parts.set(ending.toLowerCase(), file);
  }
  return samples.map(({ key, parts }) => {
    const ending = IMAGE_ENDINGS.find((candidate) => parts.has(candidate));
    return {
      key,
      image: ending === undefined ? undefined : parts.get(ending),
      text: parts.get("txt"),
      json: parts.get("json"),
    };
  });
}

import type { Explanation, Generation } from "../explain/schema.js";
import { contributionsFile } from "../files/contributions.js";
import { parametersPng } from "../files/explained-png.js";
import { toPixels } from "../files/picture-grid.js";
import { encodePng } from "../files/png.js";
import { type Drawing, explainingArtist, plainArtist, releaseAll } from "../generate/draw.js";
import { generationOf, recordedDrawing } from "../generate/explain.js";
import { openCounterfactuals } from "../methods/counterfactuals.js";
import { figurePng, finish, type Generated, picturePng } from "../pellucid.js";
import type { Io } from "./io.js";
import type { Progress } from "./progress.js";

/** What one picture comes to: its files by name, and what stands in the JSON for it. */
export interface Made {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly report: Explanation | PlainReport;
}

/** The JSON of a picture that was not explained. */
export interface PlainReport extends Generation {
  readonly format: "pellucid-picture";
}

export type Making = AsyncGenerator<{ readonly seed: number; readonly made: Made }, void, undefined>;

/** What is wanted beside the picture; all but the first need it explained. */
export interface Wanted {
  readonly "no-explain": boolean;
  readonly "save-contributions": boolean;
  readonly counterfactuals: boolean;
  readonly quiet: boolean;
}

/** Names of a picture's files, of a prompt of so many words. */
export function fileNames(wanted: Wanted, words: number): string[] {
  if (wanted["no-explain"]) return ["image.png"];
  return [
    "image.png",
    "explanation.png",
    "explanation.json",
    ...(wanted["save-contributions"] ? ["contributions.safetensors"] : []),
    ...(wanted.counterfactuals ? Array.from({ length: words }, (_, word) => withoutName(word)) : []),
  ];
}

/** The picture without a word, by the word's position in the document. */
const withoutName = (word: number): string => `without-${word}.png`;

/** Draws and explains a picture per seed. */
export async function* makeExplained(
  drawing: Drawing,
  seeds: readonly number[],
  wanted: Wanted,
  progress: Progress,
  { signal }: Io,
): Making {
  const artist = await explainingArtist(drawing);
  const others = wanted.counterfactuals ? await openCounterfactuals(drawing) : undefined;
  try {
    for (const [index, seed] of seeds.entries()) {
      let finished: Made | undefined;
      for await (const step of recordedDrawing(drawing, artist, seed, signal)) {
        progress.update(index * step.count + step.step);
        if (step.step < step.count) continue;
        const made = finish(drawing, artist, step, seed, await others?.draw(seed, signal));
        finished = { files: await filesOf(made, wanted), report: made.explanation };
      }
      if (finished !== undefined) yield { seed, made: finished };
    }
  } finally {
    await releaseAll([artist, others]);
  }
}

/** A picture's files by name. */
export async function filesOf(made: Generated, wanted: Wanted): Promise<Map<string, Uint8Array>> {
  const { explanation, ledger, without = [] } = made;
  const files = new Map<string, Uint8Array>([
    ["image.png", await picturePng(made)],
    ["explanation.png", await figurePng(made)],
    ["explanation.json", new TextEncoder().encode(`${JSON.stringify(explanation, null, 2)}\n`)],
  ]);
  if (wanted["save-contributions"]) {
    files.set("contributions.safetensors", contributionsFile(ledger, explanation.prompt));
  }
  for (const [word, picture] of without.entries()) {
    files.set(withoutName(word), await encodePng(toPixels(picture, ledger.size.width)));
  }
  return files;
}

/** Draws a picture per seed and nothing else. */
export async function* makePlain(
  drawing: Drawing,
  seeds: readonly number[],
  _wanted: Wanted,
  progress: Progress,
  { signal }: Io,
): Making {
  const artist = await plainArtist(drawing);
  const { imageSize } = drawing.model.config.unet;
  try {
    for (const [index, seed] of seeds.entries()) {
      for await (const step of artist.draw(seed, signal)) {
        progress.update(index * step.count + step.step);
        if (step.step < step.count) continue;
        const png = await encodePng(toPixels(step.x, imageSize));
        const generation = generationOf(drawing, seed);
        const image = parametersPng(png, generation);
        const report: PlainReport = { format: "pellucid-picture", ...generation };
        yield { seed, made: { files: new Map([["image.png", image]]), report } };
      }
    }
  } finally {
    await artist.release();
  }
}

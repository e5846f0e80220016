import type { Drawing } from "../generate/draw.js";
import { openPainter } from "./painter.js";
import { playersOf } from "./players.js";
import { finishedPicture } from "./subject.js";

/** The pictures that there would have been; one compiled network for all words and seeds. */
export interface Counterfactuals {
  /** For each word of the drawing's prompt, the picture [6, H, W] of this seed with the word masked. Throws CancelledError. */
  draw(seed: number, signal?: AbortSignal): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/** Draws a prompt's pictures without each of its words; the other words keep their places. */
export async function openCounterfactuals(drawing: Drawing): Promise<Counterfactuals> {
  const { paint, release } = await openPainter(drawing);
  const players = playersOf(drawing.prompt);
  return {
    async draw(seed, signal) {
      const subject = finishedPicture(drawing, seed, signal);
      const pictures: Float32Array[] = [];
      for (const word of drawing.prompt.encoding.words.keys()) {
        pictures.push(await paint(subject, players.toSpliced(word, 1)));
      }
      return pictures;
    },
    release,
  };
}

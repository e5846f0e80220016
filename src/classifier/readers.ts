import { rgbBytes } from "../diffusion/picture.js";
import type { Weights } from "../model/weights.js";
import type { Compile } from "../runtime/executable.js";
import { aspectOf } from "./asked.js";
import { type Aspect, classifierOf } from "./classify.js";
import { HEAD_NAMES, type Labels } from "./labels.js";
import { readerLogits } from "./reader.js";
import { residualReaderLogits } from "./residual-reader.js";

/** Weights of the two networks that training shows predictions to, and that look at what is drawn until aligned. */
export interface Readers {
  readonly plain: Weights;
  readonly residual: Weights;
}

/** Says what readers miss; `release` frees their sessions. */
export interface Recogniser {
  /** What a picture [6, 64, 64] is asked to show and at least one reader does not see there. */
  missing(picture: Float32Array): Promise<readonly Aspect[]>;
  release(): Promise<void>;
}

/** A recogniser of what labels ask for. */
export async function openRecogniser(
  { plain, residual }: Readers,
  asked: Labels,
  compile: Compile,
): Promise<Recogniser> {
  const classifiers = await Promise.all([
    classifierOf(readerLogits, plain, compile, 1),
    classifierOf(residualReaderLogits, residual, compile, 1),
  ]);
  return {
    async missing(picture) {
      const rgb = rgbBytes(picture);
      const seen = await Promise.all(classifiers.map(({ classify }) => classify([rgb])));
      const missed = HEAD_NAMES.filter(
        (head) => asked[head] !== null && seen.some(([labels]) => labels![head] !== asked[head]),
      );
      return [...new Set(missed.map(aspectOf))];
    },
    release: async () => void (await Promise.all(classifiers.map(({ release }) => release()))),
  };
}

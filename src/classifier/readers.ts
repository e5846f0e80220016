import { rgbBytes } from "../diffusion/picture.js";
import type { Weights } from "../model/weights.js";
import type { Compile } from "../runtime/executable.js";
import { aspectOf } from "./asked.js";
import { type Aspect, openLogits } from "./classify.js";
import { HEAD_NAMES, type Labels, labelsFrom, probabilityOf } from "./labels.js";
import { readerLogits } from "./reader.js";
import { residualReaderLogits } from "./residual-reader.js";

/** Weights of the two networks that training shows predictions to, and that look at what is drawn until aligned. */
export interface Readers {
  readonly plain: Weights;
  readonly residual: Weights;
}

/** What readers say of a picture. */
export interface Reading {
  /** What it is asked to show and at least one reader does not see there. */
  readonly missing: readonly Aspect[];
  /** The smallest probability that a reader gives to something that is asked for, 0..1. */
  readonly confidence: number;
}

/** Reads pictures for what they are asked to show; `release` frees its sessions. */
export interface Recogniser {
  /** Of a picture [6, 64, 64]. */
  read(picture: Float32Array): Promise<Reading>;
  release(): Promise<void>;
}

/** A recogniser of what labels ask for. */
export async function openRecogniser(
  { plain, residual }: Readers,
  asked: Labels,
  compile: Compile,
): Promise<Recogniser> {
  const readers = await Promise.all([
    openLogits(readerLogits, plain, compile, 1),
    openLogits(residualReaderLogits, residual, compile, 1),
  ]);
  const wanted = HEAD_NAMES.flatMap((head) => {
    const label = asked[head];
    return label === null ? [] : [{ head, label }];
  });
  return {
    async read(picture) {
      const rgb = rgbBytes(picture);
      const said = (await Promise.all(readers.map(({ logits }) => logits([rgb])))).flat();
      const seen = said.map(labelsFrom);
      const missed = wanted.filter(({ head, label }) => seen.some((labels) => labels[head] !== label));
      const probabilities = wanted.flatMap(({ head, label }) =>
        said.map((outputs) => probabilityOf(outputs, head, label)),
      );
      return {
        missing: [...new Set(missed.map(({ head }) => aspectOf(head)))],
        confidence: Math.min(1, ...probabilities),
      };
    },
    release: async () => void (await Promise.all(readers.map(({ release }) => release()))),
  };
}

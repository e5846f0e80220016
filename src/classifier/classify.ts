import type { Attributes } from "../data/attributes.js";
import { input } from "../graph/ops/constant.js";
import { collectParameters, type Weights } from "../model/weights.js";
import type { Compile } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import { classifierInput } from "./batch.js";
import { type Head, headOffsets, labelsFrom, labelsOf } from "./labels.js";
import { classifierLogits } from "./network.js";
import type { LogitsOf } from "./objective.js";

/** Pictures at a time. */
const BATCH = 32;

/** Tells what pictures show; `release` frees its session. */
export interface Classifier {
  /** The class of each head for pictures [64, 64, 3] in 0..255. */
  classify(pictures: readonly Uint8Array[]): Promise<Record<Head, number>[]>;
  release(): Promise<void>;
}

/** The judge. */
export const classifier = (weights: Weights, compile: Compile): Promise<Classifier> =>
  classifierOf(classifierLogits, weights, compile);

/** A network that says logits [B, 55] of pictures, with its weights, as a classifier. */
export async function classifierOf(
  logitsOf: LogitsOf,
  weights: Weights,
  compile: Compile,
): Promise<Classifier> {
  const { logits, release } = await openLogits(logitsOf, weights, compile, BATCH);
  return { classify: async (pictures) => (await logits(pictures)).map(labelsFrom), release };
}

/** Says the logits of pictures; `release` frees its session. */
export interface Logits {
  /** [55] for each picture [64, 64, 3] in 0..255. */
  logits(pictures: readonly Uint8Array[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/** A network that says logits [B, 55] of pictures, with its weights; it takes `batch` pictures at a time. */
export async function openLogits(
  logitsOf: LogitsOf,
  weights: Weights,
  compile: Compile,
  batch: number,
): Promise<Logits> {
  const x = input("x", [batch, 3, 64, 64]);
  const { network } = collectParameters((parameter) => logitsOf(parameter, x));
  const executable = await compile(lower({ logits: network }, weights));
  const batchLogits = async (pictures: readonly Uint8Array[]) => {
    const feed = new Float32Array(batch * 3 * 64 * 64);
    pictures.forEach((rgb, i) => {
      feed.set(classifierInput(rgb), i * rgb.length);
    });
    const { logits } = await executable.run({ x: feed });
    return pictures.map((_, i) => logits!.slice(i * headOffsets.total, (i + 1) * headOffsets.total));
  };
  return {
    async logits(pictures) {
      const found: Float32Array[] = [];
      for (let start = 0; start < pictures.length; start += batch) {
        found.push(...(await batchLogits(pictures.slice(start, start + batch))));
      }
      return found;
    },
    release: () => executable.release(),
  };
}

/** What is asked of a picture. */
export const ASPECTS = [
  "object",
  "objectColour",
  "count",
  "hat",
  "hatColour",
  "position",
  "background",
] as const;
export type Aspect = (typeof ASPECTS)[number];

/** For each aspect whether the picture shows it as it should be; null where there is nothing to show. */
export function verdict(
  seen: Readonly<Record<Head, number>>,
  wanted: Attributes,
): Record<Aspect, boolean | null> {
  const labels = labelsOf(wanted);
  const right = (head: Head) => (labels[head] === null ? null : seen[head] === labels[head]);
  return {
    object: right("object"),
    objectColour: right("objectColour"),
    count: right("count"),
    hat: right("hat"),
    hatColour: right("hatColour"),
    position: right("position"),
    background: right("backdrop") === true && right("ground") !== false,
  };
}

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

/** A network that says logits [B, 55] of pictures, with its weights; it takes `batch` pictures at a time. */
export async function classifierOf(
  logitsOf: LogitsOf,
  weights: Weights,
  compile: Compile,
  batch = BATCH,
): Promise<Classifier> {
  const x = input("x", [batch, 3, 64, 64]);
  const { network: logits } = collectParameters((parameter) => logitsOf(parameter, x));
  const executable = await compile(lower({ logits }, weights));
  const batchLabels = async (pictures: readonly Uint8Array[]) => {
    const feed = new Float32Array(batch * 3 * 64 * 64);
    pictures.forEach((rgb, i) => {
      feed.set(classifierInput(rgb), i * rgb.length);
    });
    const { logits: outputs } = await executable.run({ x: feed });
    return pictures.map((_, i) =>
      labelsFrom(outputs!.subarray(i * headOffsets.total, (i + 1) * headOffsets.total)),
    );
  };
  return {
    async classify(pictures) {
      const labels: Record<Head, number>[] = [];
      for (let start = 0; start < pictures.length; start += batch) {
        labels.push(...(await batchLabels(pictures.slice(start, start + batch))));
      }
      return labels;
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

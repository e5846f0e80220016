import { randomFor } from "../data/random.js";
import { type Scene, scene } from "../data/scene.js";
import { sixChannels } from "../data/six-channels.js";
import type { Sprites } from "../data/sprites.js";
import { OBJECTS } from "../data/vocabulary.js";
import { throwIfCancelled } from "../errors.js";
import { type Metric, meanMetric } from "./interval.js";
import { SCENE_SEED } from "./localisation-scenes.js";
import { type ForcedCase, type ForcedNetwork, maskedError } from "./teacher-forced.js";

const TIMES = [100, 300, 500, 700, 900] as const;

export interface DenoisingRun {
  readonly network: ForcedNetwork;
  readonly sprites: Sprites;
  /** How many scenes of the training distribution, unseen in training, are judged. */
  readonly count: number;
  readonly signal?: AbortSignal;
  /** Called with the number of scenes done. */
  readonly onProgress?: (done: number) => void;
}

/**
 * How well the network sees through noise, and how much it relies on the word that names the object.
 *
 * `error.t500` is the mean squared error of the clean picture predicted at t = 500, `error.mean` that over all five times;
 * `wrongObject.t500` is the error inside the object's mask when the caption names another object, less that under the
 * true caption. Throws CancelledError.
 */
export async function denoisingMetrics(run: DenoisingRun): Promise<Record<string, Metric>> {
  const { network, sprites, count, signal, onProgress } = run;
  const scenes = Array.from({ length: count }, (_, index) => scene(sprites, { seed: SCENE_SEED, index }));
  const right = scenes.map((drawn, seed): ForcedCase => ({ scene: drawn, caption: drawn.caption, seed }));
  const wrong = right.map((item, index) => ({ ...item, caption: withAnotherObject(item.scene, index) }));
  const clean = scenes.map(({ rgb }) => sixChannels(rgb));
  const whole = new Uint8Array(scenes[0]!.masks.object.length).fill(1);
  const errors: Record<string, Metric> = {};
  const gaps: Record<string, Metric> = {};
  const all: number[][] = [];
  for (const t of TIMES) {
    throwIfCancelled(signal);
    const predicted = await network.predict(right, t);
    const misled = await network.predict(wrong, t);
    const mistakes = predicted.map((picture, i) => maskedError(picture, clean[i]!, whole));
    const added = scenes.map(({ masks }, i) => {
      const [bad, good] = [misled[i]!, predicted[i]!];
      return maskedError(bad, clean[i]!, masks.object) - maskedError(good, clean[i]!, masks.object);
    });
    errors[`error.t${t}`] = meanMetric(mistakes);
    gaps[`wrongObject.t${t}`] = meanMetric(added);
    all.push(mistakes);
    onProgress?.(Math.floor((count * all.length) / TIMES.length));
  }
  const means = clean.map((_, i) => all.reduce((total, at) => total + at[i]!, 0) / all.length);
  return { ...errors, "error.mean": meanMetric(means), ...gaps };
}

/** The scene's caption with another object's name in place of its own. */
function withAnotherObject({ caption, words, attributes }: Scene, index: number): string {
  const others = OBJECTS.filter((object) => object !== attributes.object);
  const other = randomFor(0, index, "another object").pick(others);
  return words
    .filter(({ slot, text }) => slot === "object" && text.startsWith(attributes.object))
    .reduceRight(
      (text, { start }) => text.slice(0, start) + other + text.slice(start + attributes.object.length),
      caption,
    );
}

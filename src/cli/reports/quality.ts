import { type Classifier, classifier } from "../../classifier/classify.js";
import { fixedPrompts, type Prompt } from "../../data/prompts.js";
import { scene } from "../../data/scene.js";
import { accuracyMetrics, type Drawn } from "../../evaluate/accuracy.js";
import { distanceMetrics } from "../../evaluate/distances.js";
import type { FeatureNetwork } from "../../evaluate/features.js";
import type { Metric } from "../../evaluate/interval.js";
import { realScenes } from "../../evaluate/real-scenes.js";
import { loadClassifier } from "../../files/classifier.js";
import { loadFeatureNetwork } from "../../files/feature-network.js";
import { toPixels } from "../../files/picture-grid.js";
import { loadSprites } from "../../files/sprites.js";
import { drawMany } from "../../generate/batch.js";
import { isExplainable } from "../../generate/networks.js";
import { inLanes, type Job } from "../../in-lanes.js";
import { account } from "./account.js";
import { deletion } from "./deletion.js";
import { localisation } from "./localisation.js";
import type { MethodRun, Report, ReportRun } from "./report.js";

/** Held-out combinations are few, and their figures may be wider. */
const HELD_OUT_PART = 1 / 4;
/** Explaining takes longer than drawing. */
const PARTS = [
  { report: account, part: 1 / 10 },
  { report: localisation, part: 1 / 5 },
  { report: deletion, part: 1 / 10 },
] as const;

/** Seeds of real scenes with held-out combinations: what the drawn ones are compared with, and what is fresh. */
const HELD_OUT_SEEDS = { training: 8, fresh: 9 } as const;

/** What tells how good a picture is. */
interface Judges {
  readonly network: FeatureNetwork;
  readonly classifier: Classifier;
}

/**
 * Do pictures show what was asked for, how far are they from real scenes, and how good are their accounts?
 *
 * Prompt k of the grammar is drawn with seed k; a quarter as many held-out combinations follow, under `heldOut.`. The account
 * is asked of a tenth as many pictures, localisation of a fifth as many scenes, deletion of a tenth; a network of ordinary
 * layers has no account, and figures of its pictures alone.
 */
export const quality: Report = {
  doing: "drawing",
  count: 2000,
  takesMethod: false,
  async metrics(run) {
    const { count, lanes } = run;
    const parts = (isExplainable(run.model) ? PARTS : []).map(
      ({ report, part }) =>
        (share: MethodRun) =>
          report.metrics({ ...share, count: Math.ceil(part * count), onProgress: () => {} }),
    );
    const all = [judged, ...parts];
    const found: Record<string, Metric>[] = [];
    const jobs = all.map(
      (metrics, i): Job =>
        async (signal) => {
          found[i] = await metrics({ ...run, compile: lanes.compile, signal });
        },
    );
    await inLanes(lanes.count, jobs, run.signal);
    return Object.assign({}, ...found);
  },
};

async function judged(run: ReportRun): Promise<Record<string, Metric>> {
  const network = await loadFeatureNetwork(run.compile);
  try {
    const judge = await classifier(loadClassifier(), run.compile);
    try {
      const judges = { network, classifier: judge };
      return { ...(await heldIn(run, judges)), ...(await heldOut(run, judges)) };
    } finally {
      await judge.release();
    }
  } finally {
    await network.release();
  }
}

async function heldIn(run: ReportRun, { network, classifier }: Judges): Promise<Record<string, Metric>> {
  const { count, signal, onProgress } = run;
  const pictures = await drawn(run, fixedPrompts(count), 0, onProgress);
  const real = realScenes(loadSprites(), count, { signal });
  return {
    ...(await accuracyMetrics(pictures, classifier)),
    ...(await distanceMetrics({ pictures: pictures.map(({ rgb }) => rgb), ...real, network, signal })),
  };
}

async function heldOut(run: ReportRun, { network, classifier }: Judges): Promise<Record<string, Metric>> {
  const count = Math.max(2, Math.ceil(HELD_OUT_PART * run.count));
  const pictures = await drawn(run, fixedPrompts(count, "heldOut"), run.count, () =>
    run.onProgress(run.count),
  );
  const sprites = loadSprites();
  const real = (seed: number) =>
    Array.from({ length: count }, (_, index) => scene(sprites, { seed, index, split: "heldOut" }).rgb);
  const distances = await distanceMetrics({
    pictures: pictures.map(({ rgb }) => rgb),
    training: real(HELD_OUT_SEEDS.training),
    fresh: real(HELD_OUT_SEEDS.fresh),
    network,
    signal: run.signal,
  });
  return {
    ...(await accuracyMetrics(pictures, classifier, "heldOut.")),
    ...Object.fromEntries(Object.entries(distances).map(([name, metric]) => [`heldOut.${name}`, metric])),
  };
}

/** Pictures [64, 64, 3] of prompts, with seeds from `firstSeed` on; `onProgress` counts them. */
async function drawn(
  { model, encodePrompt, compile, settings, signal }: ReportRun,
  prompts: readonly Prompt[],
  firstSeed: number,
  onProgress: (done: number) => void,
): Promise<Drawn[]> {
  const orders = prompts.map(({ caption }, i) => ({ prompt: caption, seed: firstSeed + i }));
  const pictures: Drawn[] = [];
  for await (const picture of drawMany({ model, encodePrompt, compile, settings, signal, orders })) {
    const { data } = toPixels(picture, model.config.unet.imageSize);
    pictures.push({ rgb: data, prompt: prompts[pictures.length]! });
    onProgress(pictures.length);
  }
  return pictures;
}

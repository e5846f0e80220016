import type { Split } from "../../data/attributes.js";
import { fixedPrompts } from "../../data/prompts.js";
import { scene } from "../../data/scene.js";
import { distanceMetrics } from "../../evaluate/distances.js";
import type { FeatureNetwork, Pictures } from "../../evaluate/features.js";
import type { Metric } from "../../evaluate/interval.js";
import { realScenes } from "../../evaluate/real-scenes.js";
import { loadFeatureNetwork } from "../../files/feature-network.js";
import { toPixels } from "../../files/picture-grid.js";
import { loadSprites } from "../../files/sprites.js";
import { drawMany } from "../../generate/batch.js";
import { account } from "./account.js";
import { deletion } from "./deletion.js";
import { localisation } from "./localisation.js";
import type { Report, ReportRun } from "./report.js";

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

/**
 * How far pictures are from real scenes, and how good their accounts are.
 *
 * Prompt k of the grammar is drawn with seed k; a quarter as many held-out combinations follow, under `heldOut.`. The account
 * is asked of a tenth as many pictures, localisation of a fifth as many scenes, deletion of a tenth.
 */
export const quality: Report = {
  doing: "drawing",
  count: 2000,
  takesMethod: false,
  async metrics(run) {
    const { count, compile, signal, onProgress } = run;
    const network = await loadFeatureNetwork(compile);
    const metrics: Record<string, Metric> = {};
    try {
      const pictures = await drawn(run, "train", count, 0);
      const real = realScenes(loadSprites(), count, { signal });
      Object.assign(metrics, await distanceMetrics({ pictures, ...real, network, signal }));
      Object.assign(metrics, await heldOutDistances(run, network));
    } finally {
      await network.release();
    }
    for (const { report, part } of PARTS) {
      const share = { ...run, count: Math.ceil(part * count), onProgress: () => onProgress(count) };
      Object.assign(metrics, await report.metrics(share));
    }
    return metrics;
  },
};

async function heldOutDistances(run: ReportRun, network: FeatureNetwork): Promise<Record<string, Metric>> {
  const count = Math.max(2, Math.ceil(HELD_OUT_PART * run.count));
  const pictures = await drawn(run, "heldOut", count, run.count);
  const sprites = loadSprites();
  const real = (seed: number) =>
    Array.from({ length: count }, (_, index) => scene(sprites, { seed, index, split: "heldOut" }).rgb);
  const [training, fresh] = [real(HELD_OUT_SEEDS.training), real(HELD_OUT_SEEDS.fresh)];
  const found = await distanceMetrics({ pictures, training, fresh, network, signal: run.signal });
  return Object.fromEntries(Object.entries(found).map(([name, metric]) => [`heldOut.${name}`, metric]));
}

/** Pictures [64, 64, 3] of the first prompts of a split, with seeds from `firstSeed` on. */
async function drawn(
  { model, onProgress, ...run }: ReportRun,
  split: Split,
  count: number,
  firstSeed: number,
): Promise<Pictures> {
  const orders = fixedPrompts(count, split).map(({ caption }, i) => ({
    prompt: caption,
    seed: firstSeed + i,
  }));
  const pictures: Uint8Array[] = [];
  for await (const picture of drawMany({ model, ...run, orders })) {
    pictures.push(toPixels(picture, model.config.unet.imageSize).data);
    if (split === "train") onProgress(pictures.length);
  }
  return pictures;
}

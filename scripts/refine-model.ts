// npx tsx scripts/refine-model.ts MODEL OUT: a model inside one finer level, of half the patch and half the channels, to go on
// training from. What it has learnt keeps its place; the finer level and what touches it are as before training.
import { loadModel, saveModel } from "../src/files/model.js";
import { parseUNetConfig } from "../src/model/config.js";
import { denoiseGraph } from "../src/model/graphs.js";
import { initialWeights } from "../src/model/weights.js";

const SEED = 0;

const [from, out] = process.argv.slice(2);
if (from === undefined || out === undefined) {
  process.stderr.write("usage: npx tsx scripts/refine-model.ts MODEL OUT\n");
  process.exit(2);
}
const { config: coarse, weights: learnt } = loadModel(from);
const { patch, channelMultipliers, attentionFactors, residualBlocks } = coarse.unet;
const unet = parseUNetConfig({
  ...coarse.unet,
  patch: patch / 2,
  channelMultipliers: [channelMultipliers[0]! / 2, ...channelMultipliers],
  attentionFactors: attentionFactors.map((factor) => 2 * factor),
});
const config = { ...coarse, unet };

/** The way down begins with one level more: its residual blocks and a downsampling. The way up ends with it. */
const formerName = (name: string): string =>
  name.replace(
    /^input_blocks\.(\d+)/,
    (_, index: string) => `input_blocks.${Number(index) - residualBlocks - 1}`,
  );

const shapes = new Map(denoiseGraph(coarse, 1, 1).parameters.map(({ name, shape }) => [name, `${shape}`]));
const { parameters } = denoiseGraph(config, 1, 1);
const fresh = initialWeights(parameters, SEED);
const kept = parameters.filter(({ name, shape }) => shapes.get(formerName(name)) === `${shape}`);
const taken = new Set(kept.map(({ name }) => name));
const refined = parameters.map(({ name, shape }) => ({
  name,
  shape,
  values: taken.has(name) ? learnt.get(formerName(name))! : fresh.get(name)!,
}));
saveModel(out, config, refined, "F32");
process.stdout.write(`${out}: ${taken.size} of ${parameters.length} tensors from ${from}\n`);

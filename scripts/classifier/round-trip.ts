/**
 * Whom to believe about drawn pictures: real scenes under noise up to time step t, drawn to the end, and shown to judge and readers.
 * `npx tsx scripts/classifier/round-trip.ts MODEL [--count 96] [--from 79,199,439,999]`.
 *
 * With little noise nobody would mistake what is there, so that a classifier which does is wrong; from noise alone (999) nobody
 * knows, and classifiers that learnt apart can only be compared.
 */
import { parseArgs } from "node:util";
import { ASPECTS, classifierOf } from "../../src/classifier/classify.js";
import { classifierLogits } from "../../src/classifier/network.js";
import { readerLogits } from "../../src/classifier/reader.js";
import { residualReaderLogits } from "../../src/classifier/residual-reader.js";
import { scene } from "../../src/data/scene.js";
import { sixChannels } from "../../src/data/six-channels.js";
import { diffuse } from "../../src/diffusion/forward.js";
import { complementaryNoise } from "../../src/diffusion/random.js";
import { sample } from "../../src/diffusion/sample.js";
import { alphaBars } from "../../src/diffusion/schedule.js";
import { askedAspects } from "../../src/evaluate/accuracy.js";
import { loadClassifier, loadReader, loadResidualReader } from "../../src/files/classifier.js";
import { loadModel } from "../../src/files/model.js";
import { toPixels } from "../../src/files/picture-grid.js";
import { openPromptEncoder } from "../../src/files/prompt-encoder.js";
import { loadSprites } from "../../src/files/sprites.js";
import { lastStep } from "../../src/generate/draw.js";
import { compileDenoiser } from "../../src/generate/networks.js";
import { DEFAULT_SAMPLING, pictureSize, samplingSteps } from "../../src/generate/sampling.js";
import { nodeCompiler } from "../../src/runtime/node.js";

/** Scenes that no classifier and no model has learnt from. */
const SEED = 91;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: "string", default: "96" },
    from: { type: "string", default: "79,199,439,999" },
  },
});
const model = loadModel(positionals[0] ?? "emoji");
const compile = nodeCompiler();
const encodePrompt = await openPromptEncoder(model.config, { compile });
const sprites = loadSprites();
const scenes = Array.from({ length: Number(values.count) }, (_, index) =>
  scene(sprites, { seed: SEED, index, split: "train" }),
);
const classifiers = {
  judge: await classifierOf(classifierLogits, loadClassifier(), compile),
  reader: await classifierOf(readerLogits, loadReader(), compile),
  residual: await classifierOf(residualReaderLogits, loadResidualReader(), compile),
};

async function report(name: string, pictures: readonly Uint8Array[]): Promise<void> {
  for (const [who, classifier] of Object.entries(classifiers)) {
    const seen = await classifier.classify(pictures);
    const shares = ASPECTS.map((aspect) => {
      const verdicts = scenes.flatMap((prompt, i) =>
        askedAspects(prompt, seen[i]!).flatMap(([own, value]) => (own === aspect ? [value] : [])),
      );
      const share = verdicts.filter(Boolean).length / verdicts.length;
      return `${aspect} ${(100 * share).toFixed(0)}`;
    });
    process.stdout.write(`${name.padEnd(8)} ${who.padEnd(9)} ${shares.join("  ")}\n`);
  }
}

await report(
  "as drawn",
  scenes.map(({ rgb }) => rgb),
);
const { process: diffusion, unet, schedule } = model.config;
const alphaBar = alphaBars({ name: schedule });
for (const from of values.from.split(",").map(Number)) {
  const steps = samplingSteps(model.config, DEFAULT_SAMPLING).filter(({ t }) => t <= from);
  const pictures: Uint8Array[] = [];
  for (const [seed, { rgb, caption }] of scenes.entries()) {
    const noise = complementaryNoise(seed, pictureSize(model.config));
    const xT = diffuse(sixChannels(rgb), noise, alphaBar[steps[0]!.t]!, diffusion);
    const { run: denoise, release } = await compileDenoiser(model, await encodePrompt(caption), compile);
    const { x } = await lastStep(sample({ denoise, steps, xT }));
    await release();
    pictures.push(toPixels(x, unet.imageSize).data);
  }
  await report(`t = ${from}`, pictures);
}

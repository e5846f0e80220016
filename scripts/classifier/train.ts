/**
 * Trains a classifier of scenes and writes its averaged weights, in half precision, to assets/:
 * `npx tsx scripts/classifier/train.ts judge|reader|residual [--steps 4000] [--rate 0.002] [--scenes 3] [--blurs B] [--noise N] [--reach R]
 * [--threads N]`.
 *
 * The judge tells what generated pictures show; the reader and the residual reader tell training what its predictions show. No two share
 * network or scenes. `--continue` starts from the weights that are there; give it scenes of another seed. The judge that ships has seen
 * 2,400 steps with `--scenes 61`, of scenes that training may show, and of both splits 500 with `--continue --rate 0.0012 --scenes 62` and
 * 1,200 with `--continue --rate 0.0012 --scenes 63`. The reader has seen 2,000 with `--steps 2000 --scenes 21
 * --blurs 8 --noise 0.3 --reach 0`, 600 with `--continue --rate 0.001 --scenes 31 --blurs 8 --noise 0.3 --reach 2` and 250 with
 * `--continue --rate 0.001 --scenes 32`; the residual one 950 with `--steps 950 --rate 0.003 --scenes 51`
 * and 1,000 with `--continue --rate 0.002 --scenes 53 --blurs 1 --noise 0.06`.
 */
import { parseArgs } from "node:util";
import { ledAstray, reaches } from "../../src/classifier/attack.js";
import { classifierBatch } from "../../src/classifier/batch.js";
import { classifierLogits } from "../../src/classifier/network.js";
import { asTheyAre, classifierObjective } from "../../src/classifier/objective.js";
import { readerLogits } from "../../src/classifier/reader.js";
import { residualReaderLogits } from "../../src/classifier/residual-reader.js";
import { JUDGE_WEAR, READER_REACH, READER_WEAR } from "../../src/classifier/wear.js";
import { assetPath } from "../../src/files/assets.js";
import {
  CLASSIFIER_FILE,
  loadClassifier,
  loadReader,
  loadResidualReader,
  READER_FILE,
  RESIDUAL_READER_FILE,
} from "../../src/files/classifier.js";
import { loadSprites } from "../../src/files/sprites.js";
import { writeFileAtomic } from "../../src/files/write.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { fromFloat32 } from "../../src/safetensors/convert.js";
import { writeSafetensors } from "../../src/safetensors/write.js";
import { train } from "../../src/train/loop.js";
import { initialState, stateFrom, type TrainingState } from "../../src/train/state.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: "string", default: "4000" },
    rate: { type: "string", default: "0.002" },
    scenes: { type: "string", default: "3" },
    blurs: { type: "string" },
    noise: { type: "string" },
    reach: { type: "string" },
    threads: { type: "string" },
    continue: { type: "boolean", default: false },
  },
});
const kinds = {
  judge: {
    file: CLASSIFIER_FILE,
    logitsOf: classifierLogits,
    load: loadClassifier,
    splits: ["train", "heldOut"],
    wear: JUDGE_WEAR,
    reach: 0,
  },
  // A model that learns from the reader is to see no held-out combination through it.
  reader: {
    file: READER_FILE,
    logitsOf: readerLogits,
    load: loadReader,
    splits: ["train"],
    wear: READER_WEAR,
    reach: READER_REACH,
  },
  residual: {
    file: RESIDUAL_READER_FILE,
    logitsOf: residualReaderLogits,
    load: loadResidualReader,
    splits: ["train"],
    wear: READER_WEAR,
    reach: 0,
  },
} as const;
const [name] = positionals;
if (name !== "judge" && name !== "reader" && name !== "residual")
  throw new Error(`train "judge", "reader" or "residual"; got "${name ?? ""}"`);
const kind = kinds[name];
const { file, logitsOf, load, splits } = kind;
const wear = {
  blurs: Number(values.blurs ?? kind.wear.blurs),
  noise: Number(values.noise ?? kind.wear.noise),
};
const reach = Number(values.reach ?? kind.reach);
const BATCH = 64;
const config = {
  optimiser: "muon" as const,
  accumulate: 1,
  replicas: 1,
  seed: 0,
  steps: Number(values.steps),
  learningRate: Number(values.rate),
  warmup: 100,
  decay: 0.7,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clip: 5,
  ema: 0.995,
};

function save({ parameters }: TrainingState): void {
  const tensors = new Map(
    parameters.map(({ name, shape, average }) => [name, fromFloat32(average, shape, "F16")]),
  );
  writeFileAtomic(assetPath(file), writeSafetensors(tensors), "replace");
}

const sprites = loadSprites();
const seed = Number(values.scenes);
const threads = values.threads === undefined ? undefined : Number(values.threads);
const goal = classifierObjective(BATCH, logitsOf, reach > 0 ? ledAstray : asTheyAre);
const fresh = initialState(goal.parameters, config.seed);
const run = {
  goal,
  state: values.continue ? stateFrom(fresh, load()) : fresh,
  config,
  batchAt: async (number: number) => ({
    ...classifierBatch(sprites, { seed, splits, wear }, BATCH, number),
    ...(reach > 0 ? { reach: reaches(reach, seed, BATCH, number) } : {}),
  }),
  compile: nodeCompiler({ threads }),
};
const losses: number[] = [];
const start = performance.now();
for await (const { state, loss } of train(run)) {
  losses.push(loss);
  if (state.step % 50 === 0) {
    const recent = losses.splice(0).reduce((total, value) => total + value, 0) / 50;
    const rate = (BATCH * state.step * 1000) / (performance.now() - start);
    process.stderr.write(
      `step ${state.step}/${config.steps}  loss ${recent.toFixed(4)}  ${rate.toFixed(0)} images/s\n`,
    );
    save(state);
  }
  if (state.step >= config.steps) break;
}

import { CHANNELS } from "../src/diffusion/picture.js";
import { type Drawing, explainingArtist, lastStep, plainArtist } from "../src/generate/draw.js";
import { promptInputs } from "../src/generate/networks.js";
import { samplingSteps, seededNoise } from "../src/generate/sampling.js";
import { freeze } from "../src/graph/freeze.js";
import { gradients } from "../src/graph/gradient.js";
import { input } from "../src/graph/ops/constant.js";
import { modelInputs } from "../src/model/graphs.js";
import type { LoadedModel } from "../src/model/loaded.js";
import { model as network } from "../src/model/network.js";
import { collectParameters } from "../src/model/weights.js";
import { lower } from "../src/runtime/lower.js";
import { median } from "./engine.js";

/** Side of the patches that the paper's authors explain, in pixels. */
const PATCH = 8;
const SEED = 0;

/** What an explanation costs in lockstep, and by reverse mode. */
export interface ExplanationCost {
  readonly steps: number;
  readonly words: number;
  /** Drawing and explaining one picture at once, every pixel; the network already compiled. */
  readonly lockstep_s: number;
  /** One backward sweep through the whole run: the parts of one channel of one patch. */
  readonly sweep_s: number;
  /** How many of them a picture takes. */
  readonly sweeps: number;
  readonly patch: number;
  /** All sweeps, over the lockstep. */
  readonly ratio: number;
  /** Largest difference between both accounts of the patches that were swept. */
  readonly difference: number;
}

/** Measures a few sweeps and scales them up; `repeats` of each. */
export async function explanationCost(drawing: Drawing, repeats: number): Promise<ExplanationCost> {
  const side = drawing.model.config.unet.imageSize;
  const artist = await explainingArtist(drawing);
  const sweeper = await openSweeper(drawing);
  try {
    const explain = async () => (await lastStep(artist.draw(SEED))).rows; // [S, 6, H, W]
    const rows = await explain();
    const lockstep: number[] = [];
    const sweeps: number[] = [];
    let difference = 0;
    for (let i = -1; i < repeats; i++) {
      const patch = { channel: i < 0 ? 0 : i % CHANNELS, row: i < 0 ? 0 : i % (side / PATCH), column: 0 };
      const [explained, swept] = [await timed(explain), await timed(() => sweeper.parts(patch))];
      swept.result.forEach((part, token) => {
        difference = Math.max(difference, Math.abs(part - patchMean(rows, token, side, patch)));
      });
      if (i < 0) continue; // the first of each is not counted
      lockstep.push(explained.seconds);
      sweeps.push(swept.seconds);
    }
    const count = CHANNELS * (side / PATCH) ** 2;
    const [lockstepTime, sweepTime] = [median(lockstep), median(sweeps)];
    return {
      steps: drawing.settings.steps,
      words: drawing.prompt.encoding.words.length,
      lockstep_s: rounded(lockstepTime),
      sweep_s: rounded(sweepTime),
      sweeps: count,
      patch: PATCH,
      ratio: rounded((count * sweepTime) / lockstepTime),
      difference,
    };
  } finally {
    await Promise.all([artist.release(), sweeper.release()]);
  }
}

interface Patch {
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

/**
 * The frozen run backwards: what each token supplied to the mean of a patch. The states of the run are kept, which the
 * authors' code computes again for every patch.
 */
async function openSweeper(drawing: Drawing) {
  const { model, prompt, settings, compile } = drawing;
  const { count, tokens, mask } = promptInputs(model, prompt);
  const steps = samplingSteps(model.config, settings);
  const side = model.config.unet.imageSize;
  const states = await statesOf(drawing);
  const executable = await compile(lower(frozenVjp(model, count), model.weights));
  return {
    async parts(patch: Patch): Promise<Float64Array> {
      const parts = new Float64Array(count); // [K]
      let cotangent = indicator(side, patch); // [6, H, W]
      for (const step of steps.toReversed()) {
        const { before, vectors, context } = await executable.run({
          ...{ x: states[step.index]!, t: Float32Array.of(step.t), tokens, mask },
          cotangent: cotangent.map((value) => step.output * value),
        });
        const width = context!.length / count;
        vectors!.forEach((value, i) => {
          parts[Math.floor(i / width)]! += value * context![i]!;
        });
        cotangent = cotangent.map((value, i) => step.input * value + before![i]!);
      }
      return parts;
    },
    release: () => executable.release(),
  };
}

/** Reverse mode through the network with its gates held: cotangents of x (`before`) and of the token vectors, and those vectors. */
function frozenVjp({ config }: LoadedModel, tokens: number) {
  const inputs = modelInputs(config, 1, tokens);
  const { network: outputs } = collectParameters((parameter) => {
    const made = network(config, parameter, inputs);
    const [output, context] = freeze([made.output, made.context]);
    const cotangent = input("cotangent", output!.shape);
    const [before, vectors] = gradients(output!, [inputs.x, context!], cotangent);
    return { before: before!, vectors: vectors!, context: context! };
  });
  return outputs;
}

/** x before every step. */
async function statesOf(drawing: Drawing): Promise<Float32Array[]> {
  const artist = await plainArtist(drawing);
  try {
    const states = [seededNoise(drawing.model.config, SEED).xT];
    for await (const { x } of artist.draw(SEED)) states.push(x);
    return states;
  } finally {
    await artist.release();
  }
}

/** The mean over one channel of a patch, as weights of the picture's values [6, H, W]. */
function indicator(side: number, patch: Patch): Float32Array {
  const weights = new Float32Array(CHANNELS * side ** 2);
  for (const place of placesOf(side, patch)) weights[place] = 1 / PATCH ** 2;
  return weights;
}

function patchMean(rows: Float32Array, row: number, side: number, patch: Patch): number {
  const start = row * CHANNELS * side ** 2;
  return placesOf(side, patch).reduce((sum, place) => sum + rows[start + place]! / PATCH ** 2, 0);
}

const placesOf = (side: number, { channel, row, column }: Patch): number[] =>
  Array.from({ length: PATCH ** 2 }, (_, i) => {
    const [y, x] = [row * PATCH + Math.floor(i / PATCH), column * PATCH + (i % PATCH)];
    return (channel * side + y) * side + x;
  });

async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}

const rounded = (value: number): number => Number(value.toPrecision(3));

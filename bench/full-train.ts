import { InputError } from "../src/errors.js";
import { type ModelConfig, tokenWidth } from "../src/model/model-config.js";
import { contextLength } from "../src/model/text-config.js";
import { countParameters } from "../src/model/weights.js";
import { generatorOf, normalFrom } from "../src/random.js";
import { nodeCompiler } from "../src/runtime/node.js";
import { train } from "../src/train/loop.js";
import { objective } from "../src/train/objective.js";

/** Steps of one picture, as `--json` prints them. */
export interface TrainingReport {
  readonly part: "train";
  readonly parameters: number;
  /** From the start, weights drawn and the graphs compiled. */
  readonly compile_s: number;
  readonly losses: readonly number[];
  readonly seconds: readonly number[];
}

/** The paper's settings (appendix D), with the memory that they are given here. */
const optimiser = {
  optimiser: "adamw",
  accumulate: 1,
  replicas: 1,
  seed: 0,
  steps: 1_000_000,
  learningRate: 2e-6,
  warmup: 0,
  decay: 0,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clip: null,
  ema: 0,
} as const;

/** Takes training steps from starting weights on pictures of noise, blocks recomputed. Throws InputError if a loss is not finite. */
export async function measureTraining(
  config: ModelConfig,
  steps: number,
  threads: number,
): Promise<TrainingReport> {
  const start = performance.now();
  const goal = objective(config, 1, {}, { batches: 1, recompute: "blocks" });
  const compile = nodeCompiler({ threads });
  const losses: number[] = [];
  const ends: number[] = [];
  const batchAt = async (number: number) => {
    if (number === 1) ends.push(performance.now());
    return noiseBatch(config, number);
  };
  for await (const { loss, gradientNorm } of train({ goal, config: optimiser, batchAt, compile })) {
    ends.push(performance.now());
    losses.push(loss);
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      throw new InputError(
        `step ${losses.length} must have a finite loss; got ${loss}, gradient norm ${gradientNorm}`,
      );
    }
    if (losses.length === steps) break;
  }
  return {
    part: "train",
    parameters: countParameters(goal.parameters),
    compile_s: (ends[0]! - start) / 1000,
    losses,
    seconds: losses.map((_, i) => (ends[i + 1]! - ends[i]!) / 1000),
  };
}

/** A picture of noise with a prompt of random vectors; another one each time. */
async function noiseBatch(config: ModelConfig, number: number): Promise<Record<string, Float32Array>> {
  const normal = normalFrom(generatorOf(number));
  const draw = (length: number) => Float32Array.from({ length }, normal);
  const pixels = config.unet.imageSize ** 2;
  const tokens = contextLength(config.text);
  return {
    x: draw(config.unet.channels * pixels),
    t: Float32Array.of((number * 397) % 1000),
    tokens: draw(tokens * tokenWidth(config)),
    mask: new Float32Array(tokens).fill(1),
    target: draw(config.unet.channels * pixels),
    weight: new Float32Array(pixels).fill(1),
  };
}

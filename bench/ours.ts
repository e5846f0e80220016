import { flopsOf } from "../src/graph/flops.js";
import { gradients } from "../src/graph/gradient.js";
import { input } from "../src/graph/ops/constant.js";
import { scale, subtract } from "../src/graph/ops/elementwise.js";
import { sumOfSquares } from "../src/graph/ops/reduce.js";
import { sizeOf } from "../src/graph/shape.js";
import { unet } from "../src/model/unet.js";
import { collectParameters, countParameters, initialWeights } from "../src/model/weights.js";
import { generatorOf, normalFrom } from "../src/random.js";
import type { Values } from "../src/runtime/executable.js";
import { lower } from "../src/runtime/lower.js";
import { nodeCompiler } from "../src/runtime/node.js";
import { adamW, adamWFactors } from "../src/train/adamw.js";
import { initialState } from "../src/train/state.js";
import { gradientOf, roomForGradients, weightsOf } from "../src/train/step.js";
import { version } from "../src/version.js";
import type { Engine } from "./engine.js";
import type { Work } from "./settings.js";

const settings = { learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

/** This package on ONNX Runtime: a whole training step (loss, gradients, AdamW), or a forward pass. */
export async function ours(work: Work): Promise<Engine> {
  const { config, batch, tokens } = work;
  const inputs = {
    x: input("x", [batch, config.channels, config.imageSize, config.imageSize]),
    t: input("t", [batch]),
    context: { tokens: input("context", [batch, tokens, config.contextWidth]) },
  };
  const { network, parameters } = collectParameters((parameter) => unet(config, parameter, inputs));
  const normal = normalFrom(generatorOf(0));
  const draw = (length: number) => Float32Array.from({ length }, normal);
  const data: Record<string, Values> = {
    x: draw(sizeOf(inputs.x.shape)),
    t: Float32Array.from({ length: batch }, (_, i) => (i * 397) % 1000),
    context: draw(sizeOf(inputs.context.tokens.shape)),
  };
  const compile = nodeCompiler({ threads: work.threads });
  const engine = { name: `pellucid ${version}`, parameters: countParameters(parameters), end: peakMemory };

  if (work.mode === "forward") {
    const run = await compile(lower({ output: network.output }, initialWeights(parameters, 0)));
    return { ...engine, flops: flopsOf([network.output]), step: () => timed(() => run.run(data)) };
  }

  const target = input("target", network.output.shape);
  const size = sizeOf(target.shape);
  const loss = scale(sumOfSquares(subtract(network.output, target), [0, 1, 2, 3]), 1 / size);
  const wanted = gradients(
    loss,
    parameters.map(({ tensor }) => tensor),
  );
  const named = parameters.map(({ name }, i) => [gradientOf(name), wanted[i]!] as const);
  const run = await compile(lower({ loss, ...Object.fromEntries(named) }));
  const state = initialState(parameters, 0).parameters;
  const room = roomForGradients(state);
  const feeds = { ...data, target: draw(size), ...weightsOf(state) };
  let steps = 0;
  return {
    ...engine,
    flops: flopsOf([loss, ...wanted]),
    step: () =>
      timed(async () => {
        await run.run(feeds, room);
        const factors = adamWFactors(++steps, settings);
        for (const kept of state) adamW(kept, room[gradientOf(kept.name)]!, settings, factors);
      }),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const peakMemory = async (): Promise<number> => process.resourceUsage().maxRSS / 1024;

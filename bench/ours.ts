import { gradients } from "../src/graph/gradient.js";
import { input } from "../src/graph/ops/constant.js";
import { scale, subtract } from "../src/graph/ops/elementwise.js";
import { sumOfSquares } from "../src/graph/ops/reduce.js";
import { sizeOf } from "../src/graph/shape.js";
import { fromAuthorsConfig } from "../src/model/authors.js";
import { unet } from "../src/model/unet.js";
import { collectParameters, countParameters, initialWeights } from "../src/model/weights.js";
import { generatorOf, normalFrom } from "../src/random.js";
import type { Values } from "../src/runtime/executable.js";
import { lower } from "../src/runtime/lower.js";
import { nodeCompiler } from "../src/runtime/node.js";
import { adamW } from "../src/train/adamw.js";
import { version } from "../src/version.js";
import type { Engine } from "./engine.js";
import type { Work } from "./settings.js";

const settings = { learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

/** This package on ONNX Runtime: a whole training step (loss, gradients, AdamW), or a forward pass. */
export async function ours(work: Work): Promise<Engine> {
  const config = fromAuthorsConfig(work.unet, work.size);
  const { batch, tokens } = work;
  const inputs = {
    x: input("x", [batch, config.channels, work.size, work.size]),
    t: input("t", [batch]),
    context: { tokens: input("context", [batch, tokens, config.contextWidth]) },
  };
  const { network, parameters } = collectParameters((parameter) => unet(config, parameter, inputs));
  const weights = initialWeights(parameters, 0);
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
    const run = await compile(lower({ output: network.output }, weights));
    return { ...engine, step: () => timed(() => run.run(data)) };
  }

  const target = input("target", network.output.shape);
  const size = sizeOf(target.shape);
  const loss = scale(sumOfSquares(subtract(network.output, target), [0, 1, 2, 3]), 1 / size);
  const wanted = gradients(
    loss,
    parameters.map(({ tensor }) => tensor),
  );
  const named = parameters.map(({ name }, i) => [`gradient ${name}`, wanted[i]!] as const);
  const run = await compile(lower({ loss, ...Object.fromEntries(named) }));
  const state = parameters.map(({ name }) => {
    const values = weights.get(name)!;
    const [first, second] = [new Float32Array(values.length), new Float32Array(values.length)];
    return { name, moments: { weights: values, first, second } };
  });
  const feeds = { ...data, target: draw(size), ...Object.fromEntries(weights) };
  let steps = 0;
  return {
    ...engine,
    step: () =>
      timed(async () => {
        const results = await run.run(feeds);
        steps++;
        for (const { name, moments } of state) adamW(moments, results[`gradient ${name}`]!, steps, settings);
      }),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const peakMemory = async (): Promise<number> => process.resourceUsage().maxRSS / 1024;

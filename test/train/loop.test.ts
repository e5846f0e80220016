import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { CancelledError, InputError } from "../../src/errors.js";
import { loadCheckpoint, saveCheckpoint } from "../../src/files/checkpoint.js";
import { wordOf } from "../../src/random.js";
import type { Compile, Executable } from "../../src/runtime/executable.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { threadCompiler } from "../../src/runtime/threads.js";
import type { TrainConfig } from "../../src/train/config.js";
import { diffusionTraining, type TrainingRun, type TrainingStep, train } from "../../src/train/loop.js";
import { muonEntries, muonGraph, muonResults } from "../../src/train/optimiser.js";
import type { TrainingState } from "../../src/train/state.js";
import { roomForGradients } from "../../src/train/step.js";
import { assertAllclose } from "../allclose.js";
import { newFolder } from "../files/model-folder.js";
import { direction } from "../graph/derivatives.js";
import { sourceOf, tinyTraining, trainingConfig } from "./tiny.js";

const engine = nodeCompiler({ threads: 1 });
const sessions = new Map<string, Promise<Executable>>();

/** Compiles each graph once, for sessions take longer to make than all of the steps here. */
const compile: Compile = async (model) => {
  const key = createHash("sha256").update(model.bytes).digest("hex");
  const session = sessions.get(key) ?? engine(model);
  sessions.set(key, session);
  return { ...(await session), release: async () => {} };
};

/** Trains up to `last` and returns what each step did; only the last state is still as it was. */
async function trained(
  config: TrainConfig,
  last: number,
  more: Partial<TrainingRun> = {},
): Promise<TrainingStep[]> {
  const steps: TrainingStep[] = [];
  for await (const step of train({ ...diffusionTraining(sourceOf(config)), compile, ...more })) {
    steps.push(step);
    if (step.state.step >= last) break;
  }
  return steps;
}

const lossesOf = (steps: readonly TrainingStep[]) => steps.map(({ loss }) => loss);

test("20 steps are the same as 10, a checkpoint and 10 more, bit for bit", async () => {
  const config = trainingConfig();
  const folder = newFolder();
  const straight = await trained(config, 20);
  const first = await trained(config, 10);
  saveCheckpoint(folder, { config, state: first.at(-1)!.state });
  const { state } = loadCheckpoint(folder);
  const second = await trained(config, 20, { state });
  assert.deepEqual([...lossesOf(first), ...lossesOf(second)], lossesOf(straight));
  assert.deepEqual(second.at(-1)!.state, straight.at(-1)!.state);
});

test("training brings the loss down, at the learning rate of the schedule", async () => {
  const steps = await trained(trainingConfig({ warmup: 5 }), 40);
  const mean = (from: number, to: number) =>
    lossesOf(steps.slice(from, to)).reduce((total, loss) => total + loss, 0) / (to - from);
  assert.ok(mean(30, 40) < 0.7 * mean(0, 3), `${mean(0, 3)} to ${mean(30, 40)}`);
  assert.deepEqual(
    steps.slice(0, 6).map(({ learningRate }) => learningRate.toFixed(4)),
    ["0.0020", "0.0040", "0.0060", "0.0080", "0.0100", "0.0100"],
  );
  for (const { gradientNorm } of steps) assert.ok(gradientNorm > 0 && Number.isFinite(gradientNorm));
});

describe("settings that save memory leave training as it is:", () => {
  const unet = { ...tinyTraining.model.unet, attentionFactors: [1] };
  const settings = { model: { ...tinyTraining.model, unet }, batch: 4, learningRate: 1e-3 };

  test("computing the inside of blocks again, bit for bit", async () => {
    const [kept, recomputed] = [
      await trained(trainingConfig(settings), 4),
      await trained(trainingConfig({ ...settings, recompute: "blocks" }), 4),
    ];
    assert.deepEqual(lossesOf(recomputed), lossesOf(kept));
    assert.deepEqual(recomputed.at(-1)!.state, kept.at(-1)!.state);
  });

  // With grounding for one step alone: words of a fresh network contribute next to nothing, and where that lies hangs on rounding.
  for (const { name, steps, grounding } of [
    { name: "", steps: 4, grounding: {} },
    { name: "grounded ", steps: 1, grounding: { concentration: 0.1, effect: 1, anyWord: 0.5 } },
  ]) {
    test(`${name}batches that are accumulated, but for rounding`, async () => {
      const whole = await trained(trainingConfig({ ...settings, grounding }), steps);
      for (const batch of [2, 1]) {
        const change = { ...settings, grounding, batch, accumulate: 4 / batch };
        const parts = await trained(trainingConfig(change), steps);
        for (const [i, { loss, gradientNorm, terms }] of whole.entries()) {
          const [part, all] = [Object.values(parts[i]!.terms), Object.values(terms)];
          assertAllclose(
            [parts[i]!.loss, parts[i]!.gradientNorm, ...part],
            [loss, gradientNorm, ...all],
            1e-5,
          );
        }
        const values = (of: readonly TrainingStep[]) =>
          of.at(-1)!.state.parameters.flatMap(({ first }) => [...first]);
        assertAllclose(values(parts), values(whole), 1e-3);
      }
    });
  }

  test("batches that replicas compute beside each other, in threads or not", async () => {
    const parts = { ...settings, batch: 1, accumulate: 2 };
    const whole = await trained(trainingConfig(settings), 4);
    const config = trainingConfig({ ...parts, replicas: 2 });
    const beside = await trained(config, 4);
    const apart = await trained(config, 4, { compileReplica: threadCompiler({ threads: 1 }) });
    assert.deepEqual(lossesOf(apart), lossesOf(beside));
    assert.deepEqual(apart.at(-1)!.state, beside.at(-1)!.state);
    for (const [i, { loss, gradientNorm }] of whole.entries()) {
      assertAllclose([beside[i]!.loss, beside[i]!.gradientNorm], [loss, gradientNorm], 1e-4);
    }
  });

  test("batches that are accumulated go on where they were stopped, bit for bit", async () => {
    const config = trainingConfig({ ...settings, batch: 1, accumulate: 2, replicas: 2 });
    const straight = await trained(config, 4);
    const first = await trained(config, 2);
    const second = await trained(config, 4, { state: first.at(-1)!.state });
    assert.deepEqual(second.at(-1)!.state, straight.at(-1)!.state);
  });
});

test("Muon moving weights where they lie gives what moving them elsewhere gives, bit for bit", async () => {
  const config = trainingConfig({ optimiser: "muon", weightDecay: 0.1 });
  const [{ state }] = [(await trained(config, 1)).at(-1)!];
  const hidden = state.parameters.filter(({ shape }) => shape.length > 1);
  const gradients = Object.fromEntries(
    Object.entries(roomForGradients(hidden)).map(([name, { length }]) => [
      name,
      Float32Array.from(direction(wordOf(name), length)),
    ]),
  );
  const scalars = { keep: Float32Array.of(0.99), learningRate: Float32Array.of(0.01) };
  const feeds = { ...muonEntries(hidden), ...gradients, ...scalars };
  const executable = await nodeCompiler({ threads: 2 })(lower(muonGraph(hidden)));
  const elsewhere = await executable.run(feeds);
  const there = muonResults(hidden);
  await executable.run(feeds, there);
  await executable.release();
  for (const [name, values] of Object.entries(elsewhere)) assert.deepEqual(there[name], values, name);
});

describe("training stops", () => {
  /** A run's state with one weight changed, before the first step. */
  async function stateWith(change: (weights: Float32Array) => void): Promise<TrainingState> {
    const [step] = await trained(trainingConfig(), 1);
    const { parameters } = step!.state;
    change(parameters.find(({ name }) => name === "out.2.linear.weight")!.weights);
    return step!.state;
  }

  test("at a learning rate that is absurd, with the step and the cause", async () => {
    const config = trainingConfig({ learningRate: 1e6, warmup: 0 });
    await assert.rejects(trained(config, 20), (error) => {
      assert.ok(error instanceof InputError);
      assert.match(
        error.message,
        /^training went astray at step 2: loss .*; the learning rate is probably too high/,
      );
      return true;
    });
  });

  for (const [what, value] of [
    ["a weight that is no number", Number.NaN],
    ["a weight that has exploded", 1e3],
  ] as const) {
    test(`at ${what}, and that step is not taken`, async () => {
      const state = await stateWith((weights) => weights.fill(value));
      const before = structuredClone(state);
      await assert.rejects(
        trained(trainingConfig(), 20, { state }),
        /^InputError: training went astray at step 2: loss/,
      );
      assert.deepEqual(state, before);
    });
  }

  test("when it is told to, before the next step", async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    await assert.rejects(async () => {
      const training = diffusionTraining(sourceOf(trainingConfig()));
      for await (const { state } of train({ ...training, compile, signal: controller.signal })) {
        seen.push(state.step);
        if (state.step === 2) controller.abort();
      }
    }, CancelledError);
    assert.deepEqual(seen, [1, 2]);
  });
});

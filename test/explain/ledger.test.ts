import assert from "node:assert/strict";
import { test } from "node:test";
import { HALF_PROCESS, predictions } from "../../src/diffusion/forward.js";
import { guided } from "../../src/diffusion/guidance.js";
import { pictureLength } from "../../src/diffusion/picture.js";
import { startingNoise, stepNoise } from "../../src/diffusion/random.js";
import { sample } from "../../src/diffusion/sample.js";
import { alphaBars } from "../../src/diffusion/schedule.js";
import { type DdimSettings, ddimSteps } from "../../src/diffusion/steps.js";
import { CancelledError } from "../../src/errors.js";
import {
  explainSampling,
  type FrozenNetwork,
  guidedNetwork,
  type Ledger,
  startingRows,
} from "../../src/explain/ledger.js";
import { contentChange, relevanceScores, residual } from "../../src/explain/relevance.js";
import { rowOfKind, runSources, sourceName } from "../../src/explain/sources.js";
import { assertAllclose } from "../allclose.js";
import { finish } from "../diffusion/oracle.js";
import { add, dot, gaussian, scale, TOKEN_WIDTH, toyNetwork, type Vector, zeros } from "./toy-network.js";

const SIZE = { height: 3, width: 4 };
const LENGTH = pictureLength(SIZE);
const SEED = 11;
const X_T = startingNoise(SEED, SIZE);
const NOISE = stepNoise(SEED, SIZE);
const SETTINGS: DdimSettings = {
  alphaBar: alphaBars(),
  steps: 10,
  spacing: "trailing",
  last: "one",
  prediction: "x0",
  eta: 0,
  ...HALF_PROCESS,
};

const SOURCES = runSources(5, ["unconditional", "bias"]);
const TOKENS = [0, 1, 2, 3, 4].map((row) => ({ vector: gaussian(100 + row, TOKEN_WIDTH), row }));
const NOTHING = { vector: gaussian(200, TOKEN_WIDTH), row: rowOfKind(SOURCES, "unconditional") };
const SHARED = { length: LENGTH, timeRow: rowOfKind(SOURCES, "time"), biasRow: rowOfKind(SOURCES, "bias") };
const PROMPTED = toyNetwork({ ...SHARED, context: TOKENS });
const UNPROMPTED = toyNetwork({ ...SHARED, context: [NOTHING] });

async function explained(network: FrozenNetwork, settings: DdimSettings): Promise<Ledger> {
  const run = explainSampling({
    network,
    xT: X_T,
    sources: SOURCES,
    steps: ddimSteps(settings),
    noise: NOISE,
  });
  const { x, rows } = await finish(run);
  return { sources: SOURCES, rows, image: x, size: SIZE };
}

for (const prediction of predictions)
  test(`the parts add up to the picture, ${prediction}, at every eta and guidance`, async () => {
    for (const eta of [0, 0.7, 1])
      for (const weight of [0, 1, 2.5]) {
        const settings = { ...SETTINGS, prediction, eta, last: "first" } as const;
        const ledger = await explained(guidedNetwork(PROMPTED.frozen, UNPROMPTED.frozen, weight), settings);
        const magnitude = ledger.image.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
        assert.ok(
          residual(ledger) <= 1e-5 * magnitude,
          `eta ${eta}, guidance ${weight}: ${residual(ledger)}`,
        );
      }
  });

test("the parts add up at every step, and the steps are the sampler's own", async () => {
  const steps = ddimSteps({ ...SETTINGS, eta: 0.5 });
  const plain = sample({
    denoise: guided(PROMPTED.denoise, UNPROMPTED.denoise, 2),
    xT: X_T,
    steps,
    noise: NOISE,
  });
  const network = guidedNetwork(PROMPTED.frozen, UNPROMPTED.frozen, 2);
  for await (const step of explainSampling({ network, xT: X_T, sources: SOURCES, steps, noise: NOISE })) {
    const expected = await plain.next();
    assert.ok(expected.done === false);
    const { rows, ...rest } = step;
    assert.deepEqual(rest, expected.value);
    assert.ok(residual({ sources: SOURCES, rows, image: step.x, size: SIZE }) <= 1e-5);
  }
  assert.equal((await plain.next()).done, true);
});

test("every source supplies something: no row is idle", async () => {
  const { rows } = await explained(guidedNetwork(PROMPTED.frozen, UNPROMPTED.frozen, 2), SETTINGS);
  SOURCES.forEach((source, s) => {
    const row = rows.subarray(s * LENGTH, (s + 1) * LENGTH);
    assert.ok(
      row.some((value) => Math.abs(value) > 1e-4),
      sourceName(source),
    );
  });
});

test("Eq. 8 from the rows is Eq. 8 from one reverse pass over the whole run", async () => {
  for (const prediction of ["x0", "eps"] as const) {
    const settings = { ...SETTINGS, prediction };
    const ledger = await explained(PROMPTED.frozen, settings);
    const steps = ddimSteps(settings);
    const inputs = [X_T];
    for await (const { x } of sample({ denoise: PROMPTED.denoise, xT: X_T, steps })) inputs.push(x);
    let cotangent: Vector = Float64Array.from({ length: LENGTH }, () => 1);
    let gradients = TOKENS.map(() => zeros(TOKEN_WIDTH));
    for (const step of [...steps].reverse()) {
      const pulled = PROMPTED.pullback(inputs[step.index]!, step.t, scale(cotangent, step.output));
      gradients = gradients.map((gradient, i) => add(gradient, pulled.context[i]!));
      cotangent = add(scale(cotangent, step.input), pulled.x);
    }
    const products = gradients.map((gradient, i) => Math.abs(dot(gradient, TOKENS[i]!.vector)));
    const total = products.reduce((a, b) => a + b, 0);
    assertAllclose(
      relevanceScores(ledger),
      products.map((product) => product / total),
      1e-5,
      prediction,
    );
  }
});

test("guidance 1 leaves the unconditional source without a part", async () => {
  const { rows } = await explained(guidedNetwork(PROMPTED.frozen, UNPROMPTED.frozen, 1), SETTINGS);
  const start = NOTHING.row * LENGTH;
  assert.ok(rows.subarray(start, start + LENGTH).every((value) => value === 0));
});

test("at the start everything belongs to the noise", () => {
  const rows = startingRows(SOURCES, X_T);
  const noise = rowOfKind(SOURCES, "noise");
  assert.deepEqual(rows.subarray(noise * LENGTH, (noise + 1) * LENGTH), X_T);
  assert.equal(rows.filter((value) => value !== 0).length, X_T.filter((value) => value !== 0).length);
});

test("the content gained step by step bounds what a source ends with", async () => {
  let before = startingRows(SOURCES, X_T);
  const gained = new Float64Array(SOURCES.length);
  const start = before;
  const steps = ddimSteps(SETTINGS);
  for await (const { rows } of explainSampling({
    network: PROMPTED.frozen,
    xT: X_T,
    sources: SOURCES,
    steps,
  })) {
    contentChange(before, rows, SOURCES.length).forEach((change, s) => {
      gained[s] = gained[s]! + change;
    });
    before = rows;
  }
  contentChange(start, before, SOURCES.length).forEach((whole, s) => {
    assert.ok(whole <= gained[s]! * (1 + 1e-5), sourceName(SOURCES[s]!));
  });
});

test("sources come in row order, extras last", () => {
  assert.deepEqual(runSources(2, ["bias", "unconditional"]).map(sourceName), [
    "token 0",
    "token 1",
    "noise",
    "time",
    "mu",
    "unconditional",
    "bias",
  ]);
});

test("a run without noise or mu rows, or with rows of wrong size, is refused", async () => {
  assert.throws(() => startingRows([{ kind: "mu" }], X_T), /sources must hold exactly one noise; got 0/);
  const short: FrozenNetwork = async (x) => ({ output: x, rows: x });
  const run = { network: short, xT: X_T, sources: SOURCES, steps: ddimSteps(SETTINGS) };
  await assert.rejects(finish(explainSampling(run)), /must return 720 values; got 72/);
});

test("an abort ends an explained run", async () => {
  const run = { network: PROMPTED.frozen, xT: X_T, sources: SOURCES, steps: ddimSteps(SETTINGS) };
  await assert.rejects(explainSampling({ ...run, signal: AbortSignal.abort() }).next(), CancelledError);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { noiseImage } from "../../src/diffusion/random.js";
import { UsageError } from "../../src/errors.js";
import { interpret } from "../../src/graph/interpret.js";
import { denoiseGraph, explainGraph } from "../../src/model/graphs.js";
import { type ModelConfig, parseModelConfig, tokenWidth } from "../../src/model/model-config.js";
import { promptEncoder } from "../../src/model/prompt-encoder.js";
import { encode } from "../../src/text/bpe.js";
import { idsInUse, tokenVectors } from "../../src/text/vectors.js";
import { objective } from "../../src/train/objective.js";
import { assertAllclose } from "../allclose.js";
import { vocabulary } from "../text/vocabulary.js";
import { tinyModel } from "./tiny.js";

const unet = {
  imageSize: 4,
  modelChannels: 8,
  channelMultipliers: [1],
  attentionFactors: [1],
  headChannels: 8,
  contextWidth: 6,
  groups: 2,
  layers: { kind: "bcos", weights: "scaled", finalWeights: "scaled" },
};
const tokenIds = idsInUse([encode(vocabulary, "a red cat")]);
const config = (text: object) => parseModelConfig({ name: "tiny", unet, text: { maxTokens: 5, ...text } });
const frozen = config({ vectors: "random", seed: 3 });
const learnt = config({ vectors: "learnt", tokenIds });

const words = { width: 1, words: [], vectorOf: () => undefined };
const encoded = (settings: ModelConfig, prompt: string) =>
  promptEncoder(settings, { vocabulary, words })(prompt);
const x = noiseImage(1, 6 * 4 * 4);

/** Weights of ordinary size, positions among them; the learnt table holds the frozen vectors of its tokens. */
function weightsOf(settings: ModelConfig): Map<string, Float32Array> {
  const weights = new Map(tinyModel(settings).weights);
  weights.set("text.positions", noiseImage(2, 5 * 6));
  if (weights.has("text.table")) {
    const source = { kind: "random", width: 6, seed: 3 } as const;
    const vectors = tokenVectors(source, encode(vocabulary, "a red cat"));
    const order = encode(vocabulary, "a red cat").tokens.map(({ id }) => tokenIds.indexOf(id));
    const table = new Float32Array(3 * 6);
    order.forEach((row, token) => {
      table.set(vectors.subarray(6 * token, 6 * token + 6), 6 * row);
    });
    weights.set("text.table", table);
  }
  return weights;
}

async function feeds(settings: ModelConfig, prompt: string) {
  const { count, vectors } = await encoded(settings, prompt);
  const mask = new Float32Array(count).fill(1);
  return { ...Object.fromEntries(weightsOf(settings)), x, t: [500], tokens: vectors, mask };
}

async function predict(settings: ModelConfig, prompt: string): Promise<Float64Array> {
  const { count } = await encoded(settings, prompt);
  return interpret([denoiseGraph(settings, 1, count).outputs.output], await feeds(settings, prompt))[0]!;
}

async function rowsFor(
  settings: ModelConfig,
  prompt: string,
): Promise<[output: Float64Array, rows: Float64Array]> {
  const { count } = await encoded(settings, prompt);
  const tokenRows = Array.from({ length: count }, (_, token) => token);
  const { output, rowsOut } = explainGraph(settings, { rows: count + 1, tokenRows, timeRow: count }).outputs;
  const rows = new Float32Array((count + 1) * x.length);
  rows.set(x, count * x.length); // x belongs to the last row
  const [total, parts] = interpret([output, rowsOut], { ...(await feeds(settings, prompt)), rows });
  return [total!, parts!];
}

test("a table that holds frozen vectors is the frozen model: the same picture, the same account", async () => {
  assertAllclose(await predict(learnt, "red cat"), await predict(frozen, "red cat"), 1e-12);
  assertAllclose((await rowsFor(learnt, "red cat"))[1], (await rowsFor(frozen, "red cat"))[1], 1e-12);
});

test("what tokens contribute through a learnt table adds up to the picture", async () => {
  const [output, rows] = await rowsFor(learnt, "a cat");
  const total = output.map((_, i) => rows[i]! + rows[output.length + i]! + rows[2 * output.length + i]!);
  assertAllclose(total, output, 1e-12);
  assert.ok(rows.subarray(0, 2 * output.length).some((value) => Math.abs(value) > 1e-6));
});

test("tokens that the table does not know are all alike: their position and nothing else", async () => {
  assert.deepEqual(await predict(learnt, "a shark"), await predict(learnt, "a dog"));
  assert.notDeepEqual(await predict(learnt, "a shark"), await predict(learnt, "a cat"));
  assert.notDeepEqual(await predict(frozen, "a shark"), await predict(frozen, "a dog"));
});

test("corrections of zero leave a frozen model as it is; others move the tokens that they are of", async () => {
  const corrected = config({ vectors: "random", seed: 3, tokenIds });
  const weights = weightsOf(corrected);
  const predictWith = async (table: Float32Array, prompt: string) => {
    const { count } = await encoded(corrected, prompt);
    const fed = { ...(await feeds(corrected, prompt)), ...Object.fromEntries(weights), "text.table": table };
    return interpret([denoiseGraph(corrected, 1, count).outputs.output], fed)[0]!;
  };
  const none = new Float32Array(3 * 6);
  const red = none.with(6 * tokenIds.indexOf(encode(vocabulary, "red").tokens[0]!.id) + 2, 1);
  assertAllclose(await predictWith(none, "red cat"), await predict(frozen, "red cat"), 1e-12);
  assertAllclose(await predictWith(red, "a cat"), await predict(frozen, "a cat"), 1e-12);
  assert.notDeepEqual(await predictWith(red, "red cat"), await predict(frozen, "red cat"));
  // An unknown word keeps its frozen vector.
  assertAllclose(await predictWith(red, "a shark"), await predict(frozen, "a shark"), 1e-12);
});

test("a batch gives a gradient to the rows of its tokens alone", async () => {
  const table = objective(learnt, 1).parameters.find(({ name }) => name === "text.table");
  const { vectors, count } = await encoded(learnt, "a cat");
  const tokens = new Float32Array(5 * 3);
  tokens.set(vectors);
  const target = noiseImage(4, x.length);
  const batch = { x, t: [500], tokens, mask: [1, 1, 0, 0, 0], target, weight: new Float32Array(16).fill(1) };
  const weights = Object.fromEntries(weightsOf(learnt));
  const [gradient] = interpret([table!.gradient], { ...weights, ...batch });
  const used = tokenIds.map((_, row) =>
    gradient!.subarray(6 * row, 6 * row + 6).some((value) => value !== 0),
  );
  assert.equal(count, 2);
  assert.deepEqual(
    used,
    tokenIds.map((id) => id !== encode(vocabulary, "red").tokens[0]!.id),
  );
});

test("a token enters as wide as its vector, or as the table is long", async () => {
  assert.equal(tokenWidth(frozen), 6);
  assert.equal(tokenWidth(learnt), 3);
  assert.equal((await encoded(learnt, "")).vectors.length, 0);
});

test("frozen kinds have no table, and their settings are stored as ever", () => {
  assert.ok(!weightsOf(frozen).has("text.table"));
  assert.deepEqual(Object.keys(frozen.text), ["vectors", "seed", "maxTokens"]);
});

test("token ids go with learnt vectors, once each", () => {
  const bad = [
    { vectors: "learnt" },
    { vectors: "learnt", tokenIds: [] },
    { vectors: "learnt", tokenIds: [7, 7] },
    { vectors: "learnt", tokenIds: [-1] },
    { vectors: "learnt", tokenIds: [1.5] },
  ];
  for (const text of bad) {
    assert.throws(() => config(text), { name: UsageError.name, message: /tokenIds/ });
  }
});

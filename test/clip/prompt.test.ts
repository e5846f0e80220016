import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clipReader } from "../../src/clip/reader.js";
import { InputError } from "../../src/errors.js";
import { interpret } from "../../src/graph/interpret.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import { promptEncoder } from "../../src/model/prompt-encoder.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { layOutClip } from "../../src/text/prompt.js";
import { assertAllclose } from "../allclose.js";
import { direction } from "../graph/derivatives.js";
import { tinyModel } from "../model/tiny.js";
import { vocabulary } from "../text/vocabulary.js";
import { clipConfig, filled, openClip, WIDTH } from "./small.js";

const words = { width: 1, words: [], vectorOf: () => undefined };
const embedding = clipConfig({ vectors: "clip-embedding" });
const transformer = clipConfig();
const readers = {
  embedding: await clipReader(embedding, openClip, nodeCompiler({ threads: 1 })),
  transformer: await clipReader(transformer, openClip, nodeCompiler({ threads: 1 })),
};
const embedded = promptEncoder(embedding, { vocabulary, words, clip: readers.embedding });
const transformed = promptEncoder(transformer, { vocabulary, words, clip: readers.transformer });

/** Row `row` of a tensor of small.ts. */
const rowOf = (name: string, rows: number, row: number): number[] => [
  ...filled(name, [rows, WIDTH]).subarray(row * WIDTH, (row + 1) * WIDTH),
];

describe("a prompt as CLIP's embeddings", () => {
  test("is each token's embedding plus that of its position, which is one later than in the prompt", async () => {
    const { encoding, tokens, count, vectors, tokenOf } = await embedded("a Penguin");
    assert.equal(count, 2);
    assert.equal(tokens, encoding.tokens);
    assert.deepEqual(tokenOf, [0, 1]);
    const expected = encoding.tokens.flatMap(({ id }, i) => {
      const position = rowOf("positional_embedding", 77, i + 1);
      return rowOf("token_embedding.weight", 49408, id).map((value, c) => value + position[c]!);
    });
    assertAllclose(vectors, expected, 1e-7);
  });

  test("has no vectors if it is empty", async () => {
    const { count, vectors, tokens } = await embedded("");
    assert.deepEqual([count, vectors.length, tokens], [0, 0, []]);
  });

  test("gives the network what the whole layout gives it with start, end and padding masked", async () => {
    const { weights } = tinyModel(embedding);
    const { encoding, vectors, count } = await embedded("a red cat");
    const layout = layOutClip(encoding);
    const x = direction(1, 6 * 16 * 16);
    const predict = (rows: number, tokens: Float32Array, mask: Float32Array) =>
      interpret([denoiseGraph(embedding, 1, rows).outputs.output], {
        ...Object.fromEntries(weights),
        ...{ x, t: [400], tokens, mask },
      })[0]!;
    const whole = predict(77, await readers.embedding(layout.ids), layout.content);
    assertAllclose(predict(count, vectors, new Float32Array(count).fill(1)), whole, 1e-12);
  });
});

describe("a prompt through CLIP's transformer", () => {
  test("is the whole layout, with a line each for start, tokens, end and all padding", async () => {
    const { encoding, tokens, count, vectors, tokenOf } = await transformed("a red cat");
    assert.deepEqual([count, vectors.length], [77, 77 * WIDTH]);
    assert.deepEqual(
      tokens.map(({ text, id, word }) => [text, id, word]),
      [
        ["<|startoftext|>", 49406, null],
        ...encoding.tokens.map(({ text, id, word }) => [text, id, word]),
        ["<|endoftext|>", 49407, null],
        ["<|padding|>", 0, null],
      ],
    );
    assert.deepEqual(tokenOf.slice(0, 7), [0, 1, 2, 3, 4, 5, 5]);
    assert.equal(tokenOf.at(-1), 5);
    assert.deepEqual(vectors, await readers.transformer(layOutClip(encoding).ids));
  });

  test("has no padding if it fills the layout, and no word if it is empty", async () => {
    const full = await transformed("cat ".repeat(75));
    assert.deepEqual([full.tokens.length, full.tokenOf], [77, Array.from({ length: 77 }, (_, i) => i)]);
    const empty = await transformed("");
    assert.deepEqual(
      empty.tokens.map(({ id }) => id),
      [49406, 49407, 0],
    );
  });

  test("may have 75 tokens and no more", () =>
    assert.rejects(transformed("cat ".repeat(76)), /at most 75 tokens; got 76; .*cut off: "cat"$/));
});

test("without CLIP's weights, the error says what is missing and where it is", () => {
  assert.throws(() => promptEncoder(transformer, { vocabulary, words }), {
    name: InputError.name,
    message:
      /^model tiny reads prompts with CLIP, .*--text-weights .*laion\/CLIP-ViT-H-14-laion2B-s32B-b79K, from huggingface\.co/,
  });
});

test("a model that does not read prompts with CLIP passes it over", async () => {
  const random = clipConfig({ vectors: "random" });
  const [with_, without] = [readers.embedding, undefined].map((clip) =>
    promptEncoder(random, { vocabulary, words, clip }),
  );
  assert.deepEqual(await with_!("a cat"), await without!("a cat"));
});

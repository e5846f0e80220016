import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Metric } from "../../src/evaluate/interval.js";
import { parseExplanation } from "../../src/explain/schema.js";
import { assertAllclose } from "../allclose.js";
import { modelFolder, newFolder } from "../files/model-folder.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";
import { pellucid } from "./run.js";

const model = modelFolder();
const folder = newFolder();

/** Makes a figure with two steps in a new folder. */
async function drawn(name: string, ...words: string[]) {
  const out = join(folder, `out-${readdirSync(folder).length}`);
  const outcome = await pellucid("evaluate", name, "--steps", "2", "--out", out, "--json", ...words);
  return { ...outcome, out };
}

/** The figures on stdout, and the files, which must be the figure's three and say the same. */
function measuredIn(name: string, { code, stdout, stderr, out }: Awaited<ReturnType<typeof drawn>>) {
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    readdirSync(out).sort(),
    ["csv", "json", "png"].map((ending) => `${name}.${ending}`),
  );
  const { metrics, settings } = JSON.parse(stdout);
  const written = JSON.parse(readFileSync(join(out, `${name}.json`), "utf8"));
  assert.deepEqual([written.metrics, written.settings], [metrics, settings]);
  const rows = readFileSync(join(out, `${name}.csv`), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1);
  return { metrics, settings, rows, samples: written.samples.map(parseExplanation) };
}

const sumOf = (metrics: Record<string, Metric>, start: string) =>
  Object.entries(metrics).reduce((sum, [name, { value }]) => sum + (name.startsWith(start) ? value : 0), 0);

test("figure2: tokens' relevance adds up to 1, and the errors are the explanations'", async () => {
  const outcome = await drawn("figure2", model, "--prompt", "a red cat", "--seed", "3", "--count", "2");
  const { metrics, settings, rows, samples } = measuredIn("figure2", outcome);
  assertAllclose([sumOf(metrics, "relevance.eq8."), sumOf(metrics, "relevance.content.")], [1, 1], 1e-6);
  assert.deepEqual([settings.seed, settings.count, settings.steps, rows.length], [3, 2, 2, 6]);
  assert.deepEqual([samples[0].seed, samples[1].seed], [3, 4]);
  const errors = samples.map(({ reconstruction }: { reconstruction: { mse: number } }) => reconstruction.mse);
  assertAllclose([metrics["reconstruction.rawMse"].value], [(errors[0] + errors[1]) / 2], 1e-12);
});

test("figure5: a model that predicts noise has no normalised reconstruction", async () => {
  const eps = modelFolder(tinyModel(tinyConfig({}, { prediction: "eps" })));
  const { metrics, samples } = measuredIn("figure5", await drawn("figure5", eps, "--prompt", "a cat"));
  assert.equal(metrics["reconstruction.mse"], undefined);
  assert.equal(samples[0].reconstruction.undefinedReason, "eps-prediction");
});

test("figure3 watches the word that is asked for", async () => {
  const outcome = await drawn("figure3", model, "--prompt", "a cat", "--word", "Cat");
  const { metrics, samples } = measuredIn("figure3", outcome);
  assert.equal(metrics["relevance.content.cat"].value, samples[0].words[1].relevance.content);
  assert.ok([0, 1].includes(metrics.warned.value));
});

test("figure6 changes one word and nothing else", async () => {
  const outcome = await drawn(
    "figure6",
    model,
    "--prompt",
    "a red cat",
    "--word",
    "red",
    "--by",
    "blue, big",
  );
  const { metrics, samples } = measuredIn("figure6", outcome);
  assert.deepEqual(
    samples.map(({ prompt, seed }: { prompt: string; seed: number }) => [prompt, seed]),
    [
      ["a red cat", 0],
      ["a blue cat", 0],
      ["a big cat", 0],
    ],
  );
  assert.ok(metrics["distance.blue"].value > 0 && metrics["distance.red"] === undefined);
  assert.ok("relevance.eq8.red" in metrics && "relevance.content.big" in metrics);
});

test("a word that the prompt lacks, or one that is none, is a usage error that leaves no files", async () => {
  for (const [words, message] of [
    [
      ["figure3", model, "--prompt", "a cat", "--word", "shark"],
      /--word must be a word .*"shark".* 0 times.*a cat/,
    ],
    [["figure3", model, "--prompt", "a red red cat", "--word", "red"], /holds 2 times/],
    [
      ["figure6", model, "--prompt", "a cat", "--word", "cat", "--by", "big goat"],
      /single words.*"big goat"/,
    ],
    [["figure6", model, "--prompt", "a cat", "--word", "cat", "--by", "CAT"], /other than cat; got "CAT"/],
    [["figure6", model, "--by", "cat,,goat"], /--by must be different words .*"cat,,goat"/],
    [["figure2", model, "--count", "0"], /--count must be a whole number from 1 to 100/],
  ] as const) {
    const [name, ...rest] = words;
    const { code, stdout, stderr, out } = await drawn(name, ...rest);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, message);
    assert.ok(!existsSync(out));
  }
});

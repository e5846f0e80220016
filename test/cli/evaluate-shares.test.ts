import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { modelFolder, newFolder } from "../files/model-folder.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";
import { pellucid } from "./run.js";

const folder = newFolder();
const named = (name: string, prediction: string, unet: object = {}) =>
  modelFolder(tinyModel(tinyConfig(unet, { name, prediction, text: { vectors: "random", maxTokens: 24 } })));

const models = [
  named("clean", "x0"),
  named("noise", "eps"),
  named("plain", "eps", { layers: { kind: "ordinary" } }),
];

async function shares(...words: string[]) {
  const out = join(folder, `out-${readdirSync(folder).length}`);
  const few = ["--count", "2", "--steps", "2", "--threads", "1"];
  return { ...(await pellucid("evaluate", "shares", ...words, ...few, "--out", out, "--json")), out };
}

test("evaluate shares: a picture, a table and figures of several models, of an ordinary one what its sampler carried", async () => {
  const { code, stdout, stderr, out } = await shares(...models);
  assert.equal(code, 0, stderr);
  assert.deepEqual(readdirSync(out).sort(), ["shares.csv", "shares.json", "shares.png"]);
  const { metrics, settings } = JSON.parse(stdout);
  const written = JSON.parse(readFileSync(join(out, "shares.json"), "utf8"));
  assert.deepEqual([written.metrics, written.settings], [metrics, settings]);
  assert.deepEqual(Object.keys(written.pictures), ["clean", "noise", "plain"]);
  for (const name of ["clean.mass.tokens", "noise.content.noise", "noise.mass.mu.carried"])
    assert.equal(metrics[name].n, 2);
  const plain = Object.keys(metrics).filter((name) => name.startsWith("plain.mass."));
  assert.deepEqual(plain, ["plain.mass.noise.carried", "plain.mass.mu.carried", "plain.mass.network"]);
  const [header, ...rows] = readFileSync(join(out, "shares.csv"), "utf8").trimEnd().split("\n");
  assert.equal(header, "model,prediction,layers,measure,source,share,low,high,pictures");
  assert.equal(rows.length, Object.keys(metrics).length);
  assert.ok(rows.some((row) => row.startsWith("noise,eps,bcos,mass,noise.carried,")));
});

test("evaluate shares: models of one name, or none, are a usage error that leaves no files", async () => {
  const twice = await shares(models[0]!, models[0]!);
  assert.deepEqual([twice.code, existsSync(twice.out)], [2, false]);
  assert.match(twice.stderr, /models must have different names; got "clean" twice/);
  const none = await shares();
  assert.deepEqual([none.code, existsSync(none.out)], [2, false]);
  assert.match(none.stderr, /MODEL\.\.\. is missing/);
});

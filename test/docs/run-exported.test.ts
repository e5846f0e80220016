import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { explainSampling } from "../../src/explain/ledger.js";
import { massShares } from "../../src/explain/relevance.js";
import { runSources } from "../../src/explain/sources.js";
import { loadVocabulary, loadWordTable } from "../../src/files/assets.js";
import { exportModel } from "../../src/files/export.js";
import { toPixels } from "../../src/files/picture-grid.js";
import { lastStep } from "../../src/generate/draw.js";
import { compileFrozen } from "../../src/generate/networks.js";
import { DEFAULT_SAMPLING, samplingSteps } from "../../src/generate/sampling.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import { parseModelConfig } from "../../src/model/model-config.js";
import { promptEncoder } from "../../src/model/prompt-encoder.js";
import { initialWeights } from "../../src/model/weights.js";
import { nodeCompiler } from "../../src/runtime/node.js";

const config = parseModelConfig({
  name: "tiny",
  unet: {
    imageSize: 16,
    patch: 2,
    modelChannels: 8,
    channelMultipliers: [1, 1],
    attentionFactors: [2],
    headChannels: 8,
    contextWidth: 104,
    groups: 2,
    layers: { kind: "bcos", weights: "scaled", finalWeights: "scaled" },
  },
});
const model = { config, weights: initialWeights(denoiseGraph(config, 1, 1).parameters, 1), digest: "" };
const text = "a red flamingo";
const folder = mkdtempSync(join(tmpdir(), "pellucid-docs-"));
after(() => rmSync(folder, { recursive: true }));

/** The picture that Box and Muller's formula gives where every uniform number is one half: a plain grey. */
const noise = Math.sqrt(-2 * Math.log(0.5)) * Math.cos(Math.PI);
const half = 3 * 16 * 16;
const xT = Float32Array.from({ length: 2 * half }, (_, i) => 0.5 + 0.5 * (i < half ? noise : -noise));

test("the documented loop over the exported files draws our picture and keeps our account", async () => {
  exportModel(model, folder, 8);
  const tsx = ["--import", "tsx", "docs/examples/encode-prompt.ts"];
  const encoded = execFileSync(process.execPath, [...tsx, join(folder, "manifest.json"), text]);
  writeFileSync(join(folder, "prompt.json"), encoded);
  const constant = ["--import", "data:text/javascript,Math.random=()=>0.5"];
  const program = ["docs/examples/run-exported.mjs", folder, join(folder, "prompt.json"), "3"];
  const { stdout, stderr, status } = spawnSync(process.execPath, [...constant, ...program]);
  const said = stderr.toString();
  assert.equal(status, 0, said);

  const prompt = await promptEncoder(config, { vocabulary: loadVocabulary(), words: loadWordTable() })(text);
  const sources = runSources(prompt.count);
  const network = await compileFrozen(model, prompt, sources, "prompt", nodeCompiler());
  const steps = samplingSteps(config, { ...DEFAULT_SAMPLING, steps: 3 });
  const run = { network: network.run, sources, steps, xT };
  const { x: image, rows } = await lastStep(explainSampling(run));
  await network.release();

  assert.equal(stdout.subarray(0, 12).toString(), "P6 16 16 255");
  assert.equal(stdout.length, 13 + half);
  for (const [i, value] of toPixels(image, 16).data.entries())
    assert.ok(Math.abs(value - stdout[13 + i]!) <= 1, `pixel ${i}`);
  const shares = massShares({ sources, rows, image, size: { height: 16, width: 16 } });
  const percent = (name: string) => Number(new RegExp(`^${name}: (\\S+) %`, "m").exec(said)?.[1]);
  for (const name of ["noise", "time", "mu"] as const) {
    assert.ok(Math.abs(percent(name) - 100 * shares[name]) < 0.01, `${name}: ${percent(name)} %`);
  }
  assert.ok(Number(/max difference (\S+)/.exec(said)?.[1]) <= 1e-5, said);
});

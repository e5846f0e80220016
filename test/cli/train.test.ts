import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hasCheckpoint, loadCheckpoint } from "../../src/files/checkpoint.js";
import { loadModel } from "../../src/files/model.js";
import { newFolder } from "../files/model-folder.js";
import { uniforms } from "../random.js";
import { tinyTraining } from "../train/tiny.js";
import { interrupted, type Outcome, pellucid } from "./run.js";

const CHECKPOINT = "checkpoint.safetensors";

/** A settings file of a tiny run. */
function settings(change: object = {}): string {
  const path = join(newFolder(), "tiny.json");
  writeFileSync(path, JSON.stringify({ ...tinyTraining, ...change }));
  return path;
}

const tiny = settings();
const quick = ["--threads", "1", "--samples", "0"];

const trained = (out: string, ...words: string[]): Promise<Outcome> =>
  pellucid("train", tiny, "--out", out, ...quick, ...words);

const bytesOf = (folder: string): Buffer => readFileSync(join(folder, CHECKPOINT));

describe("pellucid train", () => {
  test("leaves a checkpoint, a model, a log and samples", async () => {
    const out = join(newFolder(), "run");
    const { code, stdout, stderr } = await trained(out, "--steps", "20", "--samples", "1");
    assert.deepEqual([code, stdout], [0, ""]);
    assert.match(stderr, /^step 20\/20 {2}loss 0\.\d{5} .*\nstep 20: model in .*model\n$/);
    assert.deepEqual(readdirSync(out).sort(), [
      CHECKPOINT,
      "log.csv",
      "loss.png",
      "model",
      "samples-0000020.png",
    ]);
    const [header, line, end] = readFileSync(join(out, "log.csv"), "utf8").split("\n");
    assert.equal(
      header,
      "step,loss,gradientNorm,learningRate,imagesPerSecond,recognition,practice,rehearsal,critic,concentration,responsibility,effect",
    );
    assert.match(line!, /^20,0\.\d+,/);
    assert.equal(end, "");
    assert.equal(loadModel(join(out, "model")).config.name, "tiny");
  });

  test("goes on where it was stopped, to the same bytes as without a stop", async () => {
    const [straight, resumed] = [newFolder(), newFolder()];
    await trained(straight, "--steps", "4");
    await trained(resumed, "--steps", "2");
    const { code } = await trained(resumed, "--steps", "4", "--resume");
    assert.equal(code, 0);
    assert.deepEqual(bytesOf(resumed), bytesOf(straight));
    const { stderr } = await trained(resumed, "--steps", "4", "--resume");
    assert.equal(stderr, "already at step 4\n");
  });

  test("goes on with the pictures of a step divided another way", async () => {
    const out = newFolder();
    await trained(out, "--steps", "1");
    const divided = settings({ batch: 1, accumulate: 2, recompute: "blocks" });
    const { code, stderr } = await pellucid(
      "train",
      divided,
      "--out",
      out,
      "--steps",
      "2",
      "--resume",
      ...quick,
    );
    assert.equal(code, 0, stderr);
    assert.equal(loadCheckpoint(out).state.step, 2);
  });

  test("starts from another model's weights, with fresh moments and its own steps", async () => {
    const [first, second] = [newFolder(), newFolder()];
    await trained(first, "--steps", "20");
    const { stderr } = await trained(second, "--steps", "1", "--from", join(first, "model"));
    assert.match(stderr, /^starts with \d+ of \d+ tensors of .*model/);
    const before = loadModel(join(first, "model")).weights;
    const { step, parameters } = loadCheckpoint(second).state;
    assert.equal(step, 1);
    const { learningRate } = tinyTraining;
    // AdamW's first step moves a number by at most the learning rate, whatever its gradient.
    for (const { name, weights } of parameters) {
      const moved = weights.map((value, i) => Math.abs(value - before.get(name)![i]!));
      assert.ok(Math.max(...moved) < 1.001 * learningRate + 1e-6, name);
    }
  });

  test("keeps what it has at Ctrl-C, and can go on", async () => {
    const out = newFolder();
    const { code, stderr } = await interrupted("train", tiny, "--out", out, ...quick);
    assert.equal(code, 130);
    assert.match(stderr, /cancelled\n$/);
    assert.equal(loadCheckpoint(out).state.step, 20);
    assert.equal((await trained(out, "--steps", "21", "--resume")).code, 0);
  });
});

describe("pellucid train refuses in one line", () => {
  const run = newFolder();
  const start = trained(run, "--steps", "2");

  for (const [what, words, code, message] of [
    [
      "a folder that holds a run",
      () => [tiny, "--out", run],
      2,
      /holds a run already; continue it with --resume/,
    ],
    [
      "to go on with nothing",
      () => [tiny, "--out", newFolder(), "--resume"],
      2,
      /there is no checkpoint in .*; leave out --resume/,
    ],
    [
      "to go on with the weights of another model",
      () => [tiny, "--out", run, "--resume", "--from", "emoji"],
      2,
      /goes on with the run's own weights; leave out --from/,
    ],
    [
      "weights of another size",
      () => [tiny, "--out", newFolder(), "--from", "emoji"],
      1,
      /must have \d+ numbers; got \d+; start from a model of the same sizes/,
    ],
    [
      "to go on with another seed",
      () => [settings({ seed: 8 }), "--out", run, "--resume"],
      2,
      /has another "seed" than the settings given/,
    ],
    [
      "to go on with another batch size",
      () => [settings({ batch: 3 }), "--out", run, "--resume"],
      2,
      /has another "batch"/,
    ],
    [
      "settings with an unknown key",
      () => [settings({ colours: 3 }), "--out", newFolder()],
      2,
      /unrecognized key: "colours"/,
    ],
    [
      "settings that are not there",
      () => ["nothing.json", "--out", newFolder()],
      1,
      /cannot read nothing\.json/,
    ],
    [
      "an output folder below a file",
      () => [tiny, "--out", join(tiny, "run")],
      1,
      /^pellucid: cannot write .*tiny\.json/,
    ],
  ] as const) {
    test(what, async () => {
      await start;
      const before = bytesOf(run);
      const result = await pellucid("train", ...words(), ...quick);
      assert.equal(result.code, code, result.stderr);
      assert.match(result.stderr, message);
      assert.match(result.stderr, /^pellucid: [^\n]*\n$/);
      assert.deepEqual(bytesOf(run), before);
    });
  }

  test("to go on at an absurd learning rate, and keeps the checkpoint", async () => {
    await start;
    const before = bytesOf(run);
    const absurd = settings({ learningRate: 1e6, warmup: 0 });
    const { code, stderr } = await pellucid("train", absurd, "--out", run, "--resume", ...quick);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^pellucid: training went astray at step 4: loss .*; the learning rate is probably too high/,
    );
    assert.deepEqual(bytesOf(run), before);
  });

  test("a checkpoint that was cut off", async () => {
    const cut = newFolder();
    await trained(cut, "--steps", "1");
    truncateSync(join(cut, CHECKPOINT), 5000);
    const { code, stderr } = await trained(cut, "--resume");
    assert.equal(code, 1);
    assert.match(stderr, /^pellucid: .*checkpoint\.safetensors: [^\n]*\n$/);
  });
});

test("a run that is killed at any moment leaves a checkpoint that loads, and goes on from it", async () => {
  const out = newFolder();
  const moment = uniforms(1);
  const savedAt = () => (hasCheckpoint(out) ? statSync(join(out, CHECKPOINT)).mtimeMs : 0);
  let step = 0;
  for (let kill = 0; kill < 4; kill++) {
    const words = ["train", tiny, "--out", out, "--steps", "1000000", "--save-minutes", "0.01", ...quick];
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "src/cli/main.ts", ...words, ...(step > 0 ? ["--resume"] : [])],
      { stdio: "ignore" },
    );
    const ended = new Promise((resolve) => child.on("close", resolve));
    const before = savedAt();
    while (child.exitCode === null && savedAt() === before) await sleep(20);
    await sleep(1200 * moment());
    child.kill("SIGKILL");
    await ended;
    const { state } = loadCheckpoint(out);
    assert.ok(state.step > step, `step ${state.step} after step ${step}`);
    step = state.step;
    assert.equal(loadModel(join(out, "model")).config.name, "tiny");
  }
  assert.equal((await trained(out, "--steps", String(step + 1), "--resume")).code, 0);
  const left = readdirSync(out).filter((name) => name !== "loss.png"); // which takes a line of the log
  assert.deepEqual(left.sort(), [CHECKPOINT, "log.csv", "model"]);
});

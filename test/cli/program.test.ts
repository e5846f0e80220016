import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";

const MAIN = "src/cli/main.ts";
const FIXTURE = "test/cli/fixture.ts";

/** Runs a TypeScript file as a process of its own; `onOutput` is called at each piece of its stdout. */
async function run(
  file: string,
  words: readonly string[],
  onOutput: (child: ChildProcess, stdout: string) => void = () => {},
  env: Readonly<Record<string, string>> = {},
) {
  const child = spawn(process.execPath, ["--import", "tsx", file, ...words], {
    env: { ...process.env, PELLUCID_DEBUG: "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000, // so that a command that doesn't end fails the test and not the machine
  });
  const written = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written.stdout += text;
    onOutput(child, written.stdout);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    written.stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, ...written };
}

const interrupt = (child: ChildProcess) => child.kill("SIGINT");

describe("as a process of its own, pellucid ends with the exit code and the streams that fit", {
  concurrency: 2,
}, () => {
  test("no words: help", async () => {
    const { code, stdout, stderr } = await run(MAIN, []);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, /^pellucid draws .*\n\nExamples:\n/);
  });

  test("--version: the package's", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    assert.deepEqual(await run(MAIN, ["--version"]), { code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("a typing error: exit code 2", async () => {
    const stderr = 'pellucid: unknown command "versoin"; did you mean "version"?\n';
    assert.deepEqual(await run(MAIN, ["versoin"]), { code: 2, stdout: "", stderr });
  });

  test("bad input: one line and exit code 1", async () => {
    const stderr = "pellucid: the model is missing its folder too; choose another\n";
    assert.deepEqual(await run(FIXTURE, ["fail"]), { code: 1, stdout: "", stderr });
  });

  test("a promise that nobody waits for is one line and exit code 1", async () => {
    const { code, stderr } = await run(FIXTURE, ["reject"]);
    assert.deepEqual([code, stderr], [1, "pellucid: unexpected error: nobody waits\n"]);
  });

  test("Ctrl-C cancels", async () => {
    const { code, stderr } = await run(FIXTURE, ["work"], interrupt);
    assert.deepEqual([code, stderr], [130, "pellucid: cancelled\n"]);
  });

  test("a second Ctrl-C doesn't wait for the command", async () => {
    const { code, stdout } = await run(FIXTURE, ["stubborn"], interrupt);
    assert.deepEqual([code, stdout], [130, "working\nnot yet\n"]);
  });

  test("a reader that has seen enough is no failure", async () => {
    const { code, stderr } = await run(FIXTURE, ["flood"], (child) => child.stdout?.destroy());
    assert.deepEqual([code, stderr], [0, ""]);
  });

  test("a full disk behind stdout is one line and exit code 1", {
    skip: process.platform !== "linux",
  }, async () => {
    const child = spawn(process.execPath, ["--import", "tsx", MAIN, "version"], {
      stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    });
    let stderr = "";
    child.stderr?.on("data", (text) => {
      stderr += text;
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    assert.deepEqual([code, stderr], [1, "pellucid: cannot write to stdout: ENOSPC; direct it elsewhere\n"]);
  });
});

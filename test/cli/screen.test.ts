import assert from "node:assert/strict";
import { test } from "node:test";
import { defineCommand } from "../../src/cli/command.js";
import { dispatch } from "../../src/cli/dispatch.js";
import { styled } from "../../src/cli/io.js";
import { flag, integer, required, text } from "../../src/cli/options.js";
import { formatProgress, formatSeconds, progressBar } from "../../src/cli/progress.js";
import { UsageError } from "../../src/errors.js";
import { collectIo } from "./terminal.js";

const draw = defineCommand({
  positionals: { prompt: required(text("PROMPT", "what to draw", undefined)) },
  options: { steps: integer("N", "how many steps", { min: 1, max: 1000 }, 25), quiet: flag("no talk", "q") },
  examples: [{ line: 'pellucid draw "a cat"', does: "draw a cat" }],
  run: async ({ positionals, options }, { stdout }) => {
    stdout.write(`${positionals.prompt} ${options.steps}`);
  },
});

const COMMANDS = [{ name: "draw", summary: "draw a picture", load: async () => draw }];

async function screenOf(...words: string[]): Promise<string> {
  const { io, written } = collectIo();
  await dispatch(words, COMMANDS, io);
  return written.stdout;
}

test("a command gets its values", async () => {
  assert.equal(await screenOf("draw", "a cat", "--steps", "4"), "a cat 4");
});

test("the help of a command starts with examples and lists every option with its default", async () => {
  const help = await screenOf("help", "draw");
  assert.equal(
    help,
    [
      "pellucid draw: draw a picture\n",
      "Examples:",
      "  # draw a cat",
      '  pellucid draw "a cat"\n',
      "Usage:",
      "  pellucid draw PROMPT [OPTIONS]\n",
      "Arguments:",
      "  PROMPT  what to draw\n",
      "Options:",
      "  --steps N    how many steps (default: 25)",
      "  -q, --quiet  no talk",
      "  -h, --help   print this help\n",
    ].join("\n"),
  );
  for (const words of [
    ["draw", "--help"],
    ["draw", "-h"],
    ["draw", "--bad", "--help"],
  ]) {
    assert.equal(await screenOf(...words), help);
  }
  assert.equal(await screenOf("draw", "--", "--help"), "--help 25");
});

test("the help of the program lists the commands", async () => {
  const help = await screenOf();
  assert.match(help, /\n {2}draw +draw a picture\n/);
  for (const words of [["--help"], ["-h"], ["help"], ["help", "help"]])
    assert.equal(await screenOf(...words), help);
});

test("names that don't exist get a suggestion", async () => {
  await assert.rejects(screenOf("drow"), new UsageError('unknown command "drow"; did you mean "draw"?'));
  await assert.rejects(screenOf("help", "drow"), /did you mean "draw"/);
  await assert.rejects(screenOf("--halp"), /before options; got --halp; did you mean "--help"/);
  await assert.rejects(screenOf("__proto__"), UsageError);
  await assert.rejects(screenOf("help", "draw", "draw"), UsageError);
});

test("the account of the work at known moments", () => {
  assert.equal(formatProgress("drawing", 0, 25, 0), `drawing [${" ".repeat(20)}] 0/25`);
  assert.equal(
    formatProgress("drawing", 5, 25, 2),
    `drawing [====${" ".repeat(16)}] 5/25  2.5 steps/s  8 s left`,
  );
  assert.equal(
    formatProgress("x", 1, 2, 90),
    `x [${"=".repeat(10)}${" ".repeat(10)}] 1/2  90.0 s/step  1 min 30 s left`,
  );
  assert.deepEqual([0.2, 59.5, 3599, 7800].map(formatSeconds), [
    "1 s",
    "1 min 0 s",
    "59 min 59 s",
    "2 h 10 min",
  ]);
});

test("the bar is drawn on a terminal alone, and taken off at the end", () => {
  const bar = (isTTY: boolean, env = {}) => {
    const { io, written } = collectIo(isTTY, env);
    const progress = progressBar(io, "drawing", 2);
    progress.update(1);
    progress.update(2);
    progress.end();
    assert.equal(written.stdout, "");
    return written.stderr;
  };
  const drawings = bar(true).split("\r");
  assert.deepEqual(
    drawings.map((drawing) => drawing.match(/\d\/\d/)?.[0]),
    [undefined, "1/2", "2/2", undefined],
  );
  assert.equal(drawings.at(-1), "\u001b[K");
  assert.equal(bar(false), "");
  assert.equal(bar(true, { TERM: "dumb" }), "");
});

test("colours are written where they may be", () => {
  const { stderr } = collectIo(true).io;
  assert.equal(styled("red", "x", stderr, {}), "\u001b[31mx\u001b[0m");
  assert.equal(styled("red", "x", stderr, { NO_COLOR: "1" }), "x");
  assert.equal(styled("red", "x", collectIo(false).io.stderr, {}), "x");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { choice, flag, integer, number, path, required, text } from "../../src/cli/options.js";
import { parseCommandLine } from "../../src/cli/parse.js";
import { editDistance, suggestion } from "../../src/cli/suggest.js";
import { UsageError } from "../../src/errors.js";

const POSITIONALS = { prompt: required(text("PROMPT", "what to draw", undefined)) };
const OPTIONS = {
  steps: integer("N", "steps", { min: 1, max: 1000 }, 25),
  seed: integer("N", "seed", { min: -1, max: 2 ** 32 - 1 }, -1),
  guidance: number("W", "guidance", { min: 0, max: 20 }, undefined),
  device: choice(["cpu", "webgpu", "cuda"], "engine", "cpu"),
  out: path("DIR", "folder", undefined),
  quiet: flag("no talk", "q"),
  "no-explain": flag("the picture alone"),
};

const parse = (...words: string[]) => parseCommandLine(words, POSITIONALS, OPTIONS);

test("values are typed, and fall back", () => {
  const { positionals, options } = parse("a cat", "--steps", "4", "--seed=-1", "-q", "--guidance", "2.5e0");
  const steps: number = options.steps;
  const device: "cpu" | "webgpu" | "cuda" = options.device;
  assert.equal(positionals.prompt, "a cat");
  assert.deepEqual([steps, device], [4, "cpu"]);
  assert.deepEqual(options, {
    steps: 4,
    seed: -1,
    guidance: 2.5,
    device: "cpu",
    out: undefined,
    quiet: true,
    "no-explain": false,
  });
});

test("options and text may stand in any order, and behind -- all is text", () => {
  assert.equal(parse("--quiet", "a cat", "--no-explain").positionals.prompt, "a cat");
  assert.equal(parse("--", "--quiet").positionals.prompt, "--quiet");
  assert.equal(parse("").positionals.prompt, "");
});

test("numbers may be negative, and the last of several holds", () => {
  assert.equal(parse("x", "--seed", "-1").options.seed, -1);
  assert.equal(parse("x", "--steps", "4", "--steps", "5").options.steps, 5);
  assert.equal(parse("x", "--out=--odd").options.out, "--odd");
});

for (const [words, message] of [
  [[], /^PROMPT is missing: what to draw$/],
  [["a", "cat"], /^one argument is expected here; got 2; put quotes .*: "a cat"$/],
  [["x", "--stepz", "4"], /^unknown option --stepz; did you mean "--steps"\?$/],
  [["x", "--zebra"], /^unknown option --zebra; see --help$/],
  [["x", "-z"], /^unknown option -z/],
  [["x", "--__proto__"], /^unknown option --__proto__/],
  [["x", "--constructor=1"], /^unknown option --constructor/],
  [["x", "--steps"], /^--steps needs N; got nothing$/],
  [["x", "--out", "--quiet"], /^--out needs DIR; got --quiet \(if you mean that, write --out=--quiet\)$/],
  [["x", "--quiet=yes"], /^--quiet takes no value; got "yes"$/],
  [["x", "--out="], /^--out must be a path; got an empty text/],
  [["x", "--steps", "0"], /^--steps must be a whole number from 1 to 1000; got "0"$/],
  [["x", "--steps", "4.0"], /got "4.0"$/],
  [["x", "--steps", "0x10"], /got "0x10"$/],
  [["x", "--steps", ""], /got ""$/],
  [["x", "--steps", "1e1"], /got "1e1"$/],
  [["x", "--seed", "4294967296"], /from -1 to 4294967295/],
  [["x", "--guidance", "NaN"], /^--guidance must be a number from 0 to 20; got "NaN"$/],
  [["x", "--guidance", "Infinity"], /got "Infinity"$/],
  [["x", "--guidance", "1,5"], /got "1,5"$/],
  [["x", "--device", "gpu"], /^--device must be cpu or webgpu or cuda; got "gpu"$/],
] as const) {
  test(`refuses ${JSON.stringify(words.join(" "))}`, () => {
    assert.throws(
      () => parse(...words),
      (error) => error instanceof UsageError && message.test(error.message),
      message.source,
    );
  });
}

test("a command without arguments takes none", () => {
  assert.throws(() => parseCommandLine(["x"], {}, {}), /no argument is expected here; got "x"/);
});

test("edit distance of known pairs", () => {
  for (const [a, b, distance] of [
    ["", "", 0],
    ["abc", "", 3],
    ["genrate", "generate", 1],
    ["geenrate", "generate", 1],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
  ] as const) {
    assert.equal(editDistance(a, b), distance, `${a} ${b}`);
    assert.equal(editDistance(b, a), distance, `${b} ${a}`);
  }
});

test("only near names are suggested", () => {
  assert.equal(suggestion("genrate", ["train", "generate"]), '; did you mean "generate"?');
  assert.equal(suggestion("zebra", ["train", "generate"]), "");
});

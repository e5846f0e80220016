import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parseExplanation } from "../../src/explain/schema.js";
import { readExplanation } from "../../src/files/explained-png.js";
import { parseParameters } from "../../src/files/parameters.js";
import { decodePng } from "../../src/files/png.js";
import { readText } from "../../src/files/png-text.js";
import { toFloat32 } from "../../src/safetensors/convert.js";
import { readSafetensors } from "../../src/safetensors/read.js";
import { assertAllclose } from "../allclose.js";
import { clipFolder } from "../clip/folder.js";
import { clipConfig } from "../clip/small.js";
import { modelFolder, newFolder } from "../files/model-folder.js";
import { sumOfRows } from "../graph/derivatives.js";
import { tinyConfig, tinyModel } from "../model/tiny.js";
import { interrupted, type Outcome, pellucid } from "./run.js";

const model = modelFolder();
const few = ["--model", model, "--steps", "2"];
const all = ["explanation.json", "explanation.png", "image.png"];

/** Generates into a new folder and returns it with the outcome. */
async function drawn(prompt: string, ...words: string[]): Promise<Outcome & { out: string }> {
  const out = join(newFolder(), "out");
  return { ...(await pellucid("generate", prompt, ...few, "--out", out, ...words)), out };
}

const pictureIn = async (folder: string) => (await decodePng(readFileSync(join(folder, "image.png")))).data;

describe("pellucid generate", () => {
  test("writes picture, figure and document, says where on stdout, and talks on stderr", async () => {
    const { code, stdout, stderr, out } = await drawn("a red cat", "--seed", "3");
    assert.equal(code, 0);
    assert.deepEqual(readdirSync(out).sort(), all);
    assert.deepEqual(
      stdout,
      ["image.png", "explanation.png", "explanation.json"].map((name) => `${join(out, name)}\n`).join(""),
    );
    assert.match(stderr, /^"a red cat", seed 3\n/);
    assert.match(stderr, /sum of parts = picture: max difference \d\.\de-\d/);

    const png = readFileSync(join(out, "image.png"));
    const document = parseExplanation(JSON.parse(readFileSync(join(out, "explanation.json"), "utf8")));
    assert.deepEqual(readExplanation(png), document);
    assert.deepEqual([document.prompt, document.seed, document.settings.steps], ["a red cat", 3, 2]);
    assert.deepEqual(
      document.words.map(({ text }) => text),
      ["a", "red", "cat"],
    );
    const parameters = parseParameters(readText(png).get("parameters")!);
    assert.deepEqual([parameters.prompt, parameters.settings.get("Seed")], ["a red cat", "3"]);
    const { width, height } = await decodePng(png);
    assert.deepEqual([width, height], [16, 16]);
  });

  test("--json prints the document alone, as it is in the file", async () => {
    const { code, stdout, out } = await drawn("a red cat", "--json");
    assert.equal(code, 0);
    assert.equal(stdout, readFileSync(join(out, "explanation.json"), "utf8"));
  });

  test("--spacing and --last choose the steps, and the document says so", async () => {
    const { code, out } = await drawn("a red cat", "--spacing", "leading", "--last", "first");
    assert.equal(code, 0);
    const { settings } = JSON.parse(readFileSync(join(out, "explanation.json"), "utf8"));
    assert.deepEqual([settings.spacing, settings.last], ["leading", "first"]);
    const usual = await drawn("a red cat");
    assert.notDeepEqual(await pictureIn(out), await pictureIn(usual.out));
  });

  test("--quiet leaves the paths", async () => {
    const { stdout, stderr } = await drawn("a red cat", "--quiet");
    assert.deepEqual([stdout.split("\n").length, stderr], [4, ""]);
  });

  test("--count draws seeds in a row, each the picture that it is alone", async () => {
    const { code, stdout, out } = await drawn("a red cat", "--seed", "6", "--count", "2", "--json");
    assert.equal(code, 0);
    assert.deepEqual(
      JSON.parse(stdout).map(({ seed }: { seed: number }) => seed),
      [6, 7],
    );
    assert.deepEqual(readdirSync(out).sort(), ["seed-6", "seed-7"]);
    for (const folder of ["seed-6", "seed-7"]) assert.deepEqual(readdirSync(join(out, folder)).sort(), all);
    const alone = await drawn("a red cat", "--seed", "7");
    assert.deepEqual(await pictureIn(join(out, "seed-7")), await pictureIn(alone.out));
    assert.notDeepEqual(await pictureIn(join(out, "seed-6")), await pictureIn(alone.out));
  });

  test("--no-explain makes the picture alone", async () => {
    const { code, stdout, stderr, out } = await drawn("a red cat", "--no-explain", "--json");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.deepEqual(readdirSync(out), ["image.png"]);
    assert.equal(JSON.parse(stdout).format, "pellucid-picture");
  });

  test("--save-contributions writes rows that add up to the picture, by name", async () => {
    const { code, out } = await drawn("a red cat", "--save-contributions", "--guidance", "2");
    assert.equal(code, 0);
    const { tensors, metadata } = readSafetensors(readFileSync(join(out, "contributions.safetensors")));
    const [image, contributions] = [tensors.get("image")!, tensors.get("contributions")!];
    const sources = ["token 0", "token 1", "token 2", "noise", "time", "mu", "unconditional"];
    assert.deepEqual(JSON.parse(metadata.sources!), sources);
    assert.deepEqual(
      [image.shape, contributions.shape],
      [
        [6, 16, 16],
        [sources.length, 6, 16, 16],
      ],
    );
    assertAllclose(sumOfRows(toFloat32(contributions), 6 * 256), toFloat32(image), 1e-4);
  });

  test("--until-aligned logs its tries, and exits with 3 if a word of the best is ignored", async () => {
    const { code, stderr, out } = await drawn("a red cat", "--until-aligned", "--max-tries", "2");
    const { seed, tries, warnings } = JSON.parse(readFileSync(join(out, "explanation.json"), "utf8"));
    const isIgnored = warnings.some((warning: { code: string }) => warning.code === "word-ignored");
    assert.equal(code, isIgnored ? 3 : 0, stderr);
    assert.equal(
      tries.some((tried: { outcome: string }) => tried.outcome === "aligned"),
      !isIgnored,
    );
    assert.match(stderr, /^seed 0 (heeds every word|ignores a word|given up)/);
    assert.ok(tries.map((tried: { seed: number }) => tried.seed).includes(seed));
    const refused = await drawn("a red cat", "--until-aligned", "--count", "2");
    assert.equal(refused.code, 2);
  });

  test("--until-aligned asks readers where they know every word, and says what they miss", async () => {
    const out = join(newFolder(), "out");
    const words = ["--until-aligned", "--max-tries", "2", "--out", out];
    const { code, stderr } = await pellucid("generate", "a purple banana in a red crown", ...words);
    const { tries } = parseExplanation(JSON.parse(readFileSync(join(out, "explanation.json"), "utf8")));
    assert.equal(code, tries!.some(({ outcome }) => outcome === "aligned") ? 0 : 3, stderr);
    const told = stderr.split("\n").filter((line) => line.startsWith("seed "));
    assert.ok(told.length >= tries!.length);
    for (const line of told)
      assert.match(
        line,
        /^seed \d (shows all that is asked for|(finished|given up after step \d+): readers )/,
      );
    for (const { seed, outcome, missing = [], confidence } of tries!) {
      const last = told.findLast((line) => line.startsWith(`seed ${seed} `))!;
      assert.ok(confidence! >= 0 && confidence! <= 1);
      if (outcome === "aligned") assert.ok(last.includes(` ${(100 * confidence!).toFixed(0)} % sure `), last);
      for (const aspect of missing) assert.ok(last.includes(aspect.replace("Colour", "'s colour")), last);
    }
  });

  test("--text-weights gives CLIP to a model that reads prompts with it, which says so where they are missing", async () => {
    const clip = modelFolder(tinyModel(clipConfig()));
    const without = await drawn("a red cat", "--model", clip);
    assert.equal(without.code, 1);
    assert.match(without.stderr, /^pellucid: model tiny reads prompts with CLIP, .*--text-weights .*\n$/);
    assert.equal(existsSync(without.out), false);
    const words = ["--model", clip, "--text-weights", await clipFolder()];
    const { code, stderr, out } = await drawn("a red cat", ...words);
    assert.equal(code, 0, stderr);
    const { tokens } = JSON.parse(readFileSync(join(out, "explanation.json"), "utf8"));
    assert.equal(tokens.length, 3 + 3);
  });

  test("takes an empty prompt, whose account has no words", async () => {
    const { code, out } = await drawn("");
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(readFileSync(join(out, "explanation.json"), "utf8")).words, []);
  });
});

/** A copy of the model's folder with one file changed. */
function damaged(file: "config.json" | "weights.safetensors", change: (path: string) => void): string {
  const folder = join(newFolder(), "damaged");
  cpSync(model, folder, { recursive: true });
  change(join(folder, file));
  return folder;
}

const edit = (change: (config: Record<string, unknown>) => object) => (path: string) =>
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")))));

describe("pellucid generate fails in one line, with the right exit code, and writes nothing", () => {
  const file = join(newFolder(), "file");
  writeFileSync(file, "");
  const ordinary = modelFolder(tinyModel(tinyConfig({ layers: { kind: "ordinary" } })));
  const cut = damaged("weights.safetensors", (path) => truncateSync(path, 1000));
  const mute = damaged("config.json", (path) => writeFileSync(path, "{"));
  const unknown = damaged(
    "config.json",
    edit((config) => ({ ...config, colours: 3 })),
  );
  const other = damaged(
    "config.json",
    edit(({ unet, ...rest }) => ({ ...rest, unet: { ...Object(unet), modelChannels: 16 } })),
  );
  const narrow = damaged(
    "config.json",
    edit(({ unet, ...rest }) => ({ ...rest, unet: { ...Object(unet), contextWidth: 0 } })),
  );

  for (const [what, words, code, message] of [
    ["an unknown option", ["--setps", "2"], 2, /^unknown option --setps; did you mean "--steps"\?$/],
    ["steps out of range", ["--steps", "0"], 2, /^--steps must be a whole number from 1 to 1000; got "0"$/],
    ["two prompts", ["cat"], 2, /^one argument is expected here; got 2; put quotes/],
    [
      "options that contradict",
      ["--no-explain", "--save-contributions"],
      2,
      /^--save-contributions needs the explanation/,
    ],
    [
      "no such model",
      ["--model", "nothing"],
      2,
      /^model must be the name of a bundled model .*; got nothing$/,
    ],
    ["truncated weights", ["--model", cut], 1, /weights\.safetensors: /],
    [
      "settings that are no JSON",
      ["--model", mute],
      1,
      /config\.json: this is not JSON \(.*\); correct the file$/,
    ],
    [
      "settings with an unknown key",
      ["--model", unknown],
      1,
      /config\.json: model settings: unrecognized key: "colours"$/,
    ],
    [
      "impossible sizes",
      ["--model", narrow],
      1,
      /config\.json: model settings: unet\.contextWidth: too small/,
    ],
    [
      "weights of another model",
      ["--model", other],
      1,
      /weights\.safetensors: tensor .* must have shape .*; got .*; these weights are not of the model in config\.json$/,
    ],
    ["a network that is no sum of parts", ["--model", ordinary], 1, /no sum of parts/],
    ["an output folder below a file", ["--out", join(file, "out")], 1, /^cannot write .*file/],
    ["a file for an output folder", ["--out", file], 1, /^cannot write .*file/],
  ] as const) {
    test(what, async () => {
      const result = await drawn("a red cat", ...words);
      assert.equal(result.code, code, result.stderr);
      assert.equal(result.stdout, "");
      const [line, ...rest] = result.stderr.split("\n");
      assert.deepEqual(rest, [""]);
      assert.match(line!, /^pellucid: /);
      assert.match(line!.slice("pellucid: ".length), message);
      assert.equal(existsSync(result.out), false);
    });
  }

  test("a prompt that is too long, with the words that would be lost", async () => {
    const { code, stderr } = await drawn("a cat and a dog and a bee and a fox");
    assert.equal(code, 1);
    assert.match(
      stderr,
      /at most 8 tokens; got 11; shorten it, or these words would be cut off: "and", "a", "fox"\n$/,
    );
  });
});

test("Ctrl-C within a picture writes nothing, and gives exit code 130", async () => {
  const out = join(newFolder(), "out");
  const words = ["generate", "a red cat", "--model", model, "--steps", "1000", "--out", out];
  const { code, stdout, stderr } = await interrupted(...words);
  assert.deepEqual([code, stdout], [130, ""]);
  assert.match(stderr, /drawing .* 1\/1000.*pellucid:.* cancelled\n$/s);
  assert.equal(existsSync(out), false);
});

test("Ctrl-C between pictures leaves whole pictures alone, and exit code 130", async () => {
  const out = join(newFolder(), "out");
  const words = ["generate", "a red cat", "--model", model, "--steps", "1", "--count", "10000", "--out", out];
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...words], {
    timeout: 120_000,
  });
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  child.stdout.once("data", () => child.kill("SIGINT"));
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 130, stderr);
  assert.match(stderr, /pellucid: cancelled\n$/);
  const folders = readdirSync(out);
  assert.ok(folders.length > 0);
  for (const folder of folders) assert.deepEqual(readdirSync(join(out, folder)).sort(), all);
});

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { parseExplanation } from "../../src/explain/schema.js";
import { parseNeglectCalibration } from "../../src/model/neglect-calibration.js";
import { modelFolder, newFolder } from "../files/model-folder.js";
import { type Outcome, pellucid } from "./run.js";

const root = newFolder();
const prompts = join(root, "prompts.txt");
writeFileSync(prompts, "a lamp\na red cat\n\na cat on a lamp\n");
const few = ["--steps", "2", "--quiet"];

/** A model's folder with a calibration of two steps in it. */
async function calibratedFolder(): Promise<{ model: string; file: string }> {
  const model = modelFolder();
  const file = join(model, "neglect.json");
  const words = ["--prompts", prompts, "--out", file, "--threads", "1", ...few];
  const { code, stdout, stderr } = await pellucid("evaluate", "neglect", model, ...words);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.ok(stdout.endsWith(`${file}\n`));
  return { model, file };
}

const { model, file } = await calibratedFolder();

let runs = 0;

/** Generates into a new folder and returns it with the outcome. */
async function drawn(...words: string[]): Promise<Outcome & { out: string }> {
  const out = join(root, `out-${runs++}`);
  return { ...(await pellucid("generate", "a red cat", "--out", out, ...words)), out };
}

const documentIn = (folder: string) =>
  parseExplanation(JSON.parse(readFileSync(join(folder, "explanation.json"), "utf8")));

describe("a calibration of ignored words", () => {
  test("is written for the model and its settings, and is the same when it is made again", async () => {
    const calibration = parseNeglectCalibration(JSON.parse(readFileSync(file, "utf8")));
    assert.deepEqual([calibration.settings.steps, calibration.pictures], [2, 3]);
    const again = await calibratedFolder();
    assert.deepEqual(JSON.parse(readFileSync(again.file, "utf8")), calibration);
  });

  test("in a model's folder says how words stand, in the document and where it warns", async () => {
    const { code, out, stderr } = await drawn("--model", model, "--steps", "2");
    assert.equal(code, 0);
    const { words, warnings } = documentIn(out);
    assert.deepEqual(
      words.map(({ neglect }) => neglect?.among),
      [undefined, "any colour", "any thing"],
    );
    for (const { message } of warnings.filter(({ code: kind }) => kind === "word-ignored"))
      assert.match(message, /looks ignored: .* percentile for .* % of all words look like this$/);
    assert.ok(!stderr.includes("rule of thumb"));
  });

  test("judges tries; the log says what the worst word looks like", async () => {
    const { code, out, stderr } = await drawn(
      ...["--model", model, "--steps", "2", "--until-aligned", "--max-tries", "2"],
    );
    assert.ok(code === 0 || code === 3);
    const { tries, warnings } = documentIn(out);
    assert.equal(code === 0, !warnings.some(({ code: kind }) => kind === "word-ignored"));
    for (const { rate } of tries!) assert.ok(rate !== undefined && rate >= 0 && rate <= 1);
    assert.match(stderr, /^seed 0 .*: .* % of usual words look as ignored as "\w+"$/m);
  });

  test("that does not hold gives way to the rule of thumb, and says so once", async () => {
    const other = await drawn("--model", model, "--steps", "3");
    assert.equal(other.code, 0);
    assert.match(
      other.stderr,
      /does not hold here \(it was made with steps 2, not 3\).* rule of thumb.*--steps 3/,
    );
    assert.ok(documentIn(other.out).words.every(({ neglect }) => neglect === undefined));
    const quiet = await drawn("--model", model, "--steps", "3", "--quiet");
    assert.deepEqual([quiet.code, quiet.stderr], [0, ""]);
  });

  test("may be named; then it has to hold", async () => {
    const plain = modelFolder();
    const used = await drawn("--model", plain, "--calibration", file, ...few);
    assert.equal(used.code, 0);
    assert.ok(documentIn(used.out).words[2]!.neglect !== undefined);
    for (const [words, code, message] of [
      [
        ["--steps", "3"],
        1,
        /neglect\.json must be of this model and these settings: it was made with steps 2, not 3/,
      ],
      [["--steps", "2", "--calibration", join(plain, "none.json")], 1, /cannot read .*none\.json/],
      [["--steps", "2", "--calibration", join(plain, "config.json")], 1, /not a calibration .*: format/],
      [["--steps", "2", "--no-explain"], 2, /--calibration needs the explanation/],
    ] as const) {
      const outcome = await drawn("--model", plain, "--calibration", file, ...words);
      assert.equal(outcome.code, code);
      assert.match(outcome.stderr, message);
      assert.ok(!existsSync(outcome.out));
    }
  });

  test("of a folder is refused if it is damaged", async () => {
    const damaged = modelFolder();
    writeFileSync(join(damaged, "neglect.json"), "{");
    const { code, stderr } = await drawn("--model", damaged, ...few);
    assert.equal(code, 1);
    assert.match(stderr, /neglect\.json: this is not JSON/);
  });
});

describe("what the classifier cannot judge is refused", () => {
  for (const what of ["neglect", "until-aligned"]) {
    test(what, async () => {
      const { code, stderr } = await pellucid("evaluate", what, model, "--count", "10", ...few);
      assert.equal(code, 1);
      assert.match(stderr, /the classifier tells what pictures of 64x64 show; model tiny makes them 16x16/);
    });
  }

  test("and so are too few prompts, and unwritable files", async () => {
    const nowhere = join(prompts, "x.json");
    for (const [words, message] of [
      [["--count", "4", "--prompts", prompts], /must hold 4 prompts, one a line; got 3/],
      [["--prompts", prompts, "--out", nowhere], /cannot write/],
    ] as const) {
      const { code, stderr } = await pellucid("evaluate", "neglect", model, ...words, ...few);
      assert.equal(code, 1);
      assert.match(stderr, message);
    }
  });
});

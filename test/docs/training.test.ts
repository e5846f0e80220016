import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { parseTrainConfig } from "../../src/train/config.js";

const page = readFileSync("docs/training.md", "utf8");
/** The tables' rows: key, default and value in configs/emoji.json. */
const rows = new Map(
  [...page.matchAll(/^\| `([\w.]+)` \| (?:`(.*?)`|required) \| `(.*?)` \|/gm)].map(
    ([, key, fallback, emoji]) => [key!, { fallback, emoji }],
  ),
);

const required = {
  model: {
    name: "x",
    unet: {
      modelChannels: 32,
      channelMultipliers: [1],
      attentionFactors: [],
      headChannels: 32,
      contextWidth: 128,
      layers: { kind: "bcos" },
    },
  },
  data: { kind: "emoji" },
  steps: 1,
  learningRate: 1,
};
const emoji: unknown = JSON.parse(readFileSync("configs/emoji.json", "utf8"));

/** Settings whose keys depend on their kind; the page shows each as one value. */
const WHOLE: readonly string[] = ["times", "weighting"];

/** Every value of nested settings, by its path. */
function leaves(value: unknown, path = ""): [path: string, value: unknown][] {
  const isLeaf = typeof value !== "object" || value === null || Array.isArray(value);
  if (isLeaf || WHOLE.includes(path)) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

test("docs/training.md has a row for every setting and no other", () => {
  const keys = leaves(parseTrainConfig(required)).map(([path]) => path);
  assert.deepEqual([...rows.keys()].toSorted(), keys.toSorted());
});

test("docs/training.md has every default, and says what is required", () => {
  const given = new Set(leaves(required).map(([path]) => path));
  for (const [path, value] of leaves(parseTrainConfig(required))) {
    const said = rows.get(path)?.fallback;
    if (given.has(path)) assert.equal(said, undefined, `${path} is required`);
    else assert.deepEqual(JSON.parse(said ?? "null"), value, path);
  }
});

/** Too long for a table; the page has it in prose. */
const LONG = "model.text.tokenIds";

test("docs/training.md has the values of configs/emoji.json", () => {
  for (const [path, value] of leaves(parseTrainConfig(emoji))) {
    if (path === LONG) continue;
    assert.deepEqual(JSON.parse(rows.get(path)?.emoji ?? "null"), value, path);
  }
});

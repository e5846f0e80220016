import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Attributes,
  conflict,
  PERMISSIVE_STYLES,
  SPLITS,
  sampleAttributes,
  visible,
} from "../../src/data/attributes.js";
import { captionFor, keywordCaption, sampleCaption } from "../../src/data/caption.js";
import { HELD_OUT, isHeldOut } from "../../src/data/held-out.js";
import { fixedPrompts } from "../../src/data/prompts.js";
import { randomFor } from "../../src/data/random.js";
import { OBJECTS } from "../../src/data/vocabulary.js";
import { FULL_WORDING, sampleWording } from "../../src/data/wording.js";
import { UsageError } from "../../src/errors.js";

const DRAWS = 20_000;
const draws = Object.fromEntries(
  SPLITS.map((split) => [
    split,
    Array.from({ length: split === "train" ? DRAWS : 500 }, (_, index) => {
      const random = randomFor(11, index, "test");
      const attributes = sampleAttributes(random, split);
      return { attributes, ...sampleCaption(random, attributes) };
    }),
  ]),
);
const train = draws.train ?? [];
const heldOut = draws.heldOut ?? [];

const penguin: Attributes = {
  object: "penguin",
  style: "cartoon",
  count: 1,
  size: "small",
  objectColour: "orange",
  hat: "top hat",
  hatColour: "green",
  position: "left",
  background: { backdrop: "striped", colour: "blue" },
};

test("a full caption names every attribute, each word with its slot", () => {
  const { caption, words } = captionFor(penguin);
  assert.equal(
    caption,
    "a cartoon of a small orange penguin wearing a green top hat on the left on a blue striped background",
  );
  const bySlot = (slot: string) => words.filter((word) => word.slot === slot).map(({ text }) => text);
  assert.deepEqual(bySlot("object"), ["penguin"]);
  assert.deepEqual(bySlot("objectColour"), ["orange"]);
  assert.deepEqual(bySlot("hat"), ["top", "hat"]);
  assert.deepEqual(bySlot("hatColour"), ["green"]);
  assert.deepEqual(bySlot("background"), ["blue", "striped", "background"]);
  assert.deepEqual([bySlot("size"), bySlot("position"), bySlot("style")], [["small"], ["left"], ["cartoon"]]);
});

test("what a caption does not say is settled: one caption has one meaning", () => {
  const meanings = new Map<string, Attributes>();
  let met = 0;
  for (const { caption, attributes } of train) {
    const first = meanings.get(caption);
    if (first !== undefined) met++;
    assert.deepEqual(attributes, first ?? attributes, caption);
    meanings.set(caption, attributes);
  }
  assert.ok(met > 100, `${met} captions were met again`);
});

test("a caption says no more than its wording asks for", () => {
  const wording = {
    ...FULL_WORDING,
    topics: new Set(["hat", "hatColour"] as const),
    hatNoun: "generic" as const,
  };
  assert.equal(captionFor(penguin, wording).caption, "a penguin wearing a green hat");
  assert.equal(captionFor({ ...penguin, hat: "cap" }, wording).caption, "a penguin wearing a green cap");
  const three = { ...penguin, count: 3, size: "medium", position: "centre" } as const;
  assert.equal(captionFor(three, wording).caption, "three penguins wearing green hats");
  assert.equal(captionFor(penguin, { ...wording, topics: new Set() }).caption, "a penguin");
  const orange = { ...wording, topics: new Set(["objectColour"] as const) };
  assert.equal(captionFor(penguin, orange).caption, "an orange penguin");
});

test("places have their own prepositions", () => {
  const wording = { ...FULL_WORDING, topics: new Set(["background"] as const) };
  const at = (backdrop: "grass" | "snow" | "night" | "beach") =>
    captionFor({ ...penguin, background: { backdrop, colour: null } }, wording).caption;
  assert.deepEqual((["grass", "snow", "night", "beach"] as const).map(at), [
    "a penguin on the grass",
    "a penguin in the snow",
    "a penguin at night",
    "a penguin on the beach",
  ]);
});

test("key words are the wording's topics in some order", () => {
  const { caption, words } = keywordCaption(randomFor(0, 0, "test"), penguin, FULL_WORDING);
  const groups = new Set(caption.split(", "));
  for (const group of [
    "small orange penguin",
    "green top hat",
    "blue striped background",
    "left",
    "cartoon",
  ]) {
    assert.ok(groups.has(group), `${group} in ${caption}`);
  }
  assert.ok(words.every(({ slot }) => slot !== "function"));
});

test("spans index the caption, in order and without overlap", () => {
  for (const { caption, words } of [...train, ...heldOut]) {
    let last = 0;
    for (const { text, start, end } of words) {
      assert.equal(caption.slice(start, end), text);
      assert.ok(start >= last);
      last = end;
    }
    assert.equal(words.map(({ text }) => text).join(" "), caption.replaceAll(",", ""));
  }
});

test("words of a slot are the attribute's own", () => {
  for (const { attributes, words } of train) {
    for (const { text, slot } of words) {
      if (slot === "objectColour") assert.equal(text, attributes.objectColour);
      if (slot === "hatColour") assert.equal(text, attributes.hatColour);
      if (slot === "hat") assert.ok(attributes.hat?.includes(text.replace(/s$/, "")), text);
      if (slot === "count") assert.equal(text, ["", "", "two", "three"][attributes.count]);
      if (slot === "position") assert.equal(text, attributes.position);
      if (slot === "size") assert.equal(text, attributes.size);
    }
    assert.equal(
      words.some(({ slot }) => slot === "hat"),
      attributes.hat !== null,
    );
    assert.equal(
      words.some(({ slot }) => slot === "count"),
      attributes.count > 1,
    );
  }
});

test("training never shows a held-out combination, and the other split nothing else", () => {
  assert.ok(train.every(({ attributes }) => !isHeldOut(attributes)));
  assert.ok(heldOut.every(({ attributes }) => isHeldOut(attributes)));
  for (const { name, holds } of HELD_OUT)
    assert.ok(
      heldOut.some(({ attributes }) => holds(attributes)),
      name,
    );
});

test("training shows each part of every held-out combination", () => {
  const seen = (holds: (attributes: Attributes) => boolean) =>
    train.some(({ attributes }) => holds(attributes));
  assert.ok(seen((a) => a.object === "penguin" && a.hat !== null));
  assert.ok(seen((a) => a.object === "cat" && a.hatColour === "green"));
  assert.ok(seen((a) => a.object === "cat" && a.objectColour === "blue"));
  assert.ok(seen((a) => a.object === "goat" && a.background.backdrop === "snow"));
  assert.ok(seen((a) => a.object === "cat" && a.background.backdrop === "night"));
  assert.ok(seen((a) => a.object === "cat" && a.count === 1 && a.background.backdrop === "snow"));
  assert.ok(seen((a) => a.object === "banana" && a.hat === "top hat"));
});

test("held-out captions say what is held out", () => {
  for (const { attributes, words } of heldOut) {
    const topics = HELD_OUT.filter(({ holds }) => holds(attributes)).flatMap(
      (combination) => combination.topics,
    );
    for (const topic of topics) {
      assert.ok(
        words.some(({ slot }) => slot === topic),
        topic,
      );
    }
  }
});

test("never a shark", () => {
  for (const { caption, attributes } of [...train, ...heldOut]) {
    assert.doesNotMatch(caption, /shark/);
    assert.ok(OBJECTS.includes(attributes.object));
  }
});

test("nothing is drawn in the colour of its background", () => {
  for (const { attributes } of [...train, ...heldOut]) {
    assert.equal(conflict(attributes), null);
    assert.notEqual(attributes.objectColour, attributes.background.colour);
    assert.notEqual(attributes.hatColour, attributes.objectColour);
  }
  assert.ok(!visible("white", { backdrop: "snow", colour: null }));
});

test("about one caption in seven is a list of key words", () => {
  const lists = train.filter(({ words }) => words.every(({ slot }) => slot !== "function")).length;
  assert.ok(Math.abs(lists / DRAWS - 0.15) < 0.02, `${lists / DRAWS}`);
});

test("fixed prompts are distinct sentences, and longer lists begin with shorter ones", () => {
  const prompts = fixedPrompts(200);
  assert.equal(new Set(prompts.map(({ caption }) => caption)).size, 200);
  assert.deepEqual(fixedPrompts(20), prompts.slice(0, 20));
  assert.ok(prompts.every(({ attributes }) => !isHeldOut(attributes)));
  assert.ok(fixedPrompts(30, "heldOut").every(({ attributes }) => isHeldOut(attributes)));
});

test("bad arguments are refused", () => {
  const random = randomFor(0, 0, "test");
  assert.throws(() => fixedPrompts(0), /count must be a whole number from 1 to 10000; got 0/);
  assert.throws(() => fixedPrompts(Number.NaN), UsageError);
  assert.throws(() => sampleAttributes(random, "train", []), UsageError);
  assert.throws(
    () => Reflect.apply(sampleAttributes, null, [random, "test", PERMISSIVE_STYLES]),
    /split must be/,
  );
  assert.deepEqual(sampleWording(random, penguin).topics.has("hat"), true);
});

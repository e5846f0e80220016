import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { captionRule } from "../../../src/data/laion/captions.js";
import { PAPER_OBJECTS, parseObjects } from "../../../src/data/laion/objects.js";
import { UsageError } from "../../../src/errors.js";

const objects = parseObjects(PAPER_OBJECTS);
const rule = captionRule(objects);
const named = (caption: string) => rule(caption).map((i) => objects[i]!.name);

describe("a caption names an object", () => {
  const cases: [string, string[]][] = [
    ["a cat", ["cat"]],
    ["CATS!", ["cat"]],
    ["Banana-cat_2 goats9", ["banana", "cat", "goat"]],
    ["flamingos and flamingoes", ["flamingo"]],
    ["penguins, a goat; banana", ["banana", "goat", "penguin"]],
    ["category, scattered, bobcat, catss", []],
    ["goatee scapegoat", []],
    ["catégorie écat", []],
    ["кcat catк", []],
    ["category of cat", ["cat"]],
    ["cats' and cat's", ["cat"]],
    ["", []],
  ];
  for (const [caption, expected] of cases) {
    test(JSON.stringify(caption), () => assert.deepEqual(named(caption), expected));
  }
});

test("the rule is what a search word by word finds", () => {
  const piece = fc.constantFrom("cat", "s", "CAT", " ", "-", "é", "goat", "b", "1", "_", "Goats", "ß");
  const isLetter = (text: string | undefined) => text !== undefined && /^\p{L}$/u.test(text);
  const byHand = (caption: string, form: string) => {
    const text = caption.toLowerCase();
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      if (!isLetter(text[at - 1]) && !isLetter(text[at + form.length])) return true;
    }
    return false;
  };
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const caption = pieces.join("");
      const expected = objects.filter(({ forms }) => forms.some((form) => byHand(caption, form)));
      assert.deepEqual(
        named(caption),
        expected.map(({ name }) => name),
      );
    }),
  );
});

describe("objects", () => {
  test("have regular plurals, or the forms given", () => {
    const forms = (text: string) => parseObjects(text)[0]!.forms;
    assert.deepEqual(forms("fox"), ["fox", "foxes"]);
    assert.deepEqual(forms("butterfly"), ["butterfly", "butterflies"]);
    assert.deepEqual(forms("monkey"), ["monkey", "monkeys"]);
    assert.deepEqual(forms("Wolf=wolf|wolves"), ["wolf", "wolves"]);
  });
  for (const text of ["", "cat,", "cat,cat", "a=b=c", "c(at", "cat=", "c|at"]) {
    test(`${JSON.stringify(text)} is refused`, () => assert.throws(() => parseObjects(text), UsageError));
  }
});

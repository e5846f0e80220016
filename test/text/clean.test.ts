import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { cleanText } from "../../src/text/clean.js";

const anyString = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."aq\u0301\u0307\u0323\u0327\u1100\u1161\u11a8ΣİK \t\u0958\ud800") }),
);

test("the text is what composing, collapsing white space and lower-casing the whole at once give", () => {
  fc.assert(
    fc.property(anyString, (prompt) => {
      const whole = prompt
        .replace(/\p{Surrogate}/gu, "\ufffd")
        .normalize("NFC")
        .replace(/\p{White_Space}+/gu, " ")
        .replace(/^ | $/g, "");
      assert.equal(cleanText(prompt).text, whole.toLowerCase());
    }),
    { numRuns: 500 },
  );
});

test("cleaning is idempotent, and clean text stands where it stood", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."abé猫1!") }), (text) => {
      const { starts, ends, ...clean } = cleanText(text);
      assert.equal(clean.text, text);
      assert.deepEqual(
        starts,
        [...text].map((_, unit) => unit),
      );
      assert.deepEqual(
        ends,
        [...text].map((_, unit) => unit + 1),
      );
    }),
  );
});

test("every unit of the text has a span", () => {
  fc.assert(
    fc.property(anyString, (prompt) => {
      const { text, starts, ends } = cleanText(prompt);
      assert.equal(starts.length, text.length);
      assert.equal(ends.length, text.length);
    }),
  );
});

test("a capital sigma at a word's end becomes the final one", () => {
  assert.equal(cleanText("ΟΔΟΣ ΣΑ").text, "οδος σα");
});

test("marks are reordered within the span of their letter", () => {
  assert.deepEqual(cleanText("xq\u0307\u0323y"), {
    text: "xq\u0323\u0307y",
    starts: [0, 1, 1, 1, 4],
    ends: [1, 4, 4, 4, 5],
  });
});

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { InputError } from "../../src/errors.js";
import { formatParameters, parseParameters } from "../../src/files/parameters.js";

const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_ \-/]{0,12}$/);

/** Strings with more of the characters that the form itself uses than chance would bring. */
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(...'ab,:"\\\n\r\0\t ') }),
  fc.constantFrom(
    "Negative prompt: x",
    "a\nNegative prompt: x\nb",
    '"a"',
    '"a" b',
    "a\nSteps: 3, Seed: 4",
    "\ud800",
  ),
);

test("a plain account is written as other programs write it", () => {
  const settings = new Map(
    Object.entries({
      Steps: "25",
      Sampler: "DDIM",
      "CFG scale": "1",
      Seed: "42",
      Size: "64x64",
      Model: "emoji",
    }),
  );
  const line = "Steps: 25, Sampler: DDIM, CFG scale: 1, Seed: 42, Size: 64x64, Model: emoji";
  assert.equal(formatParameters({ prompt: "a cat, on red", settings }), `a cat, on red\n${line}`);
  assert.equal(
    formatParameters({ prompt: "a cat", negativePrompt: "fog", settings }),
    `a cat\nNegative prompt: fog\n${line}`,
  );
});

test("values with commas, colons, quotes or line breaks are quoted", () => {
  const settings = new Map([["Model", 'a, "b": c\\\nd']]);
  assert.equal(formatParameters({ prompt: "x", settings }), 'x\nModel: "a, \\"b\\": c\\\\\\nd"');
});

test("reads an account of another program", () => {
  const { prompt, negativePrompt, settings } = parseParameters(
    '"portrait" of a cat,\n(hat:1.2)\nNegative prompt: fog,\nrain\n' +
      'Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7, Lora hashes: "hat: 0a1b, cat: 2c3d", Version: v1.6.0\n',
  );
  assert.equal(prompt, '"portrait" of a cat,\n(hat:1.2)');
  assert.equal(negativePrompt, "fog,\nrain");
  assert.equal(settings.get("Sampler"), "DPM++ 2M Karras");
  assert.equal(settings.get("Lora hashes"), "hat: 0a1b, cat: 2c3d");
  assert.equal(settings.get("Version"), "v1.6.0");
});

test("any strings survive writing and reading", () => {
  fc.assert(
    fc.property(
      text,
      fc.option(text, { nil: undefined }),
      fc.uniqueArray(fc.tuple(name, text), { minLength: 1, maxLength: 4, selector: ([key]) => key }),
      (prompt, negativePrompt, pairs) => {
        const settings = new Map(pairs);
        const parameters =
          negativePrompt === undefined ? { prompt, settings } : { prompt, negativePrompt, settings };
        assert.deepEqual(parseParameters(formatParameters(parameters)), parameters);
      },
    ),
    { numRuns: 2000, seed: 1 },
  );
});

test("refuses a text without settings, and settings without a name", () => {
  for (const bad of ["", "a cat", "a cat\n", "Steps", "Steps: 25; x, : 3"]) {
    assert.throws(() => parseParameters(bad), InputError, JSON.stringify(bad));
  }
  assert.throws(() => formatParameters({ prompt: "x", settings: new Map() }), /at least one setting/);
  for (const bad of ["", " a", "a:b", "a,b", "a\n"]) {
    assert.throws(() => formatParameters({ prompt: "x", settings: new Map([[bad, "1"]]) }), /setting's name/);
  }
});

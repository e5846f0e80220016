import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InputError } from "../../src/errors.js";
import { MAX_OPCODES, MAX_PICKLE_BYTES, unpickle } from "../../src/pytorch/unpickle.js";
import type { Value } from "../../src/pytorch/values.js";
import { joined } from "./archive.js";
import { code, dict, get, global, int, pickle, put, storage, tensor, text, tuple } from "./assembler.js";

const load = (bytes: Uint8Array, inert: readonly string[] = []): Value =>
  unpickle(bytes, {
    inert: new Set(inert),
    storage: (dtype, key, length) => ({ kind: "storage", dtype, key, length }),
  });

/** What the pieces leave as the one item of a tuple. */
function item(...pieces: Uint8Array[]): Value | undefined {
  const value = load(pickle(...pieces, code("\x85")));
  return typeof value === "object" && value !== null && value.kind === "tuple" ? value.items[0] : undefined;
}

test("numbers and texts", () => {
  const cases: readonly (readonly [Uint8Array, Value])[] = [
    [code("N"), null],
    [code("\x88"), true],
    [code("\x89"), false],
    [code("K\xff"), 255],
    [code("M\x00\x01"), 256],
    [int(-5), -5],
    [code("\x8a\x00"), 0],
    [code("\x8a\x01\xff"), -1],
    [code("\x8a\x02\xff\x00"), 255],
    [code("\x8a\x07\x00\x00\x00\x00\x00\x00\x20"), 2n ** 53n],
    [code("G\x3f\xf8\x00\x00\x00\x00\x00\x00"), 1.5],
    [text("é\u{1f427}"), "é\u{1f427}"],
    [text(""), ""],
  ];
  for (const [bytes, expected] of cases) assert.deepEqual(item(bytes), expected);
});

test("containers keep their order, and what the memo repeats is one object", () => {
  const value = load(
    pickle(dict({ a: joined(code("]"), put(3), code("(K\x01K\x02e")), b: get(3), __proto__: code("N") })),
  );
  assert.ok(typeof value === "object" && value?.kind === "dict");
  assert.deepEqual([...value.entries.keys()], ["a", "b"]);
  assert.deepEqual(value.entries.get("a"), { kind: "list", items: [1, 2] });
  assert.equal(value.entries.get("a"), value.entries.get("b"));
});

test("a key that reaches for a prototype is a key like others", () => {
  const value = load(pickle(code("}"), text("__proto__"), int(7), code("s")));
  assert.ok(typeof value === "object" && value?.kind === "dict");
  assert.equal(value.entries.get("__proto__"), 7);
});

test("an OrderedDict is a dict, and its attributes are dropped", () => {
  const ordered = joined(global("collections", "OrderedDict"), code(")R"));
  const value = load(
    pickle(ordered, text("a"), int(1), code("s"), dict({ _metadata: code("N") }), code("b")),
  );
  assert.deepEqual(value, { kind: "dict", entries: new Map([["a", 1]]) });
});

test("a list that holds itself is read, and nothing walks it", () => {
  const value = load(pickle(code("]"), put(0), get(0), code("a")));
  assert.ok(typeof value === "object" && value?.kind === "list");
  assert.equal(value.items[0], value);
});

test("a hundred doublings of one list take a hundred objects", () => {
  const doubled = Array.from({ length: 100 }, (_, i) =>
    joined(code("]("), get(i), get(i), code("e"), put(i + 1)),
  );
  const value = load(pickle(code("(]"), put(0), ...doubled, code("t")));
  assert.ok(typeof value === "object" && value?.kind === "tuple");
  assert.equal(value.items.length, 101);
});

describe("objects of classes that are passed over", () => {
  const made = joined(global("argparse", "Namespace"), code(")\x81"), dict({ seed: int(1) }), code("b"));

  test("are their name and nothing else", () => {
    assert.deepEqual(item(made), { kind: "opaque", name: "argparse.Namespace" });
  });

  test("may be allowed by name, and by no other", () => {
    const own = joined(global("my.code", "Settings"), tuple(int(1)), code("R"));
    assert.deepEqual(load(pickle(own), ["my.code.Settings"]), { kind: "opaque", name: "my.code.Settings" });
    assert.throws(() => load(pickle(own), ["my.code"]), /"my\.code\.Settings" is refused/);
  });

  test("drop what is put into them, and what is called of them is refused", () => {
    const filled = joined(made, code("("), text("k"), int(1), code("u"), int(2), code("a"));
    assert.deepEqual(item(filled), { kind: "opaque", name: "argparse.Namespace" });
    assert.throws(() => load(pickle(made, code(")R"))), /argparse\.Namespace is called/);
  });
});

describe("refuses by name", () => {
  for (const [module, name] of [
    ["os", "system"],
    ["posix", "system"],
    ["nt", "system"],
    ["builtins", "eval"],
    ["__builtin__", "exec"],
    ["builtins", "getattr"],
    ["subprocess", "Popen"],
    ["torch", "load"],
    ["torch.hub", "load"],
    ["torch._utils", "_rebuild_tensor_v3"],
    ["torch", "ComplexFloatStorage"],
    ["collections", "OrderedDict.__init__"],
    ["pickle", "loads"],
    ["numpy.testing._private.utils", "runstring"],
    ["constructor", "constructor"],
    ["torch", "__proto__"],
    ["\u202eevil", "x"],
  ] as const) {
    test(`${module}.${name}`, () => {
      assert.throws(
        () => load(pickle(joined(code("c"), new TextEncoder().encode(`${module}\n${name}\n`)), code(")R"))),
        (error) => error instanceof InputError && error.message.includes(`${module}.${name}" is refused`),
      );
    });
  }

  for (const [byte, name] of [
    ["i", "INST"],
    ["o", "OBJ"],
    ["\x93", "STACK_GLOBAL"],
    ["\x92", "NEWOBJ_EX"],
    ["\x82", "EXT1"],
    ["\x84", "EXT4"],
    ["P", "PERSID"],
    ["0", "POP"],
    ["2", "DUP"],
    ["I", "INT"],
    ["V", "UNICODE"],
    ["\x8f", "EMPTY_SET"],
    ["\x97", "NEXT_BUFFER"],
    ["\x95", "FRAME"],
    ["\x00", "0x00"],
    ["\xff", "0xff"],
  ] as const) {
    test(`opcode ${name}`, () => {
      assert.throws(
        () => load(pickle(code(byte))),
        new RegExp(`byte 2 of the pickle: opcode ${name} is refused`),
      );
    });
  }
});

describe("refuses what makes no sense", () => {
  const float = storage("0", 6);
  const cases: Readonly<Record<string, readonly [Uint8Array, RegExp]>> = {
    nothing: [new Uint8Array(0), /ends at byte 0/],
    "no protocol": [code("N."), /PROTO must come first/],
    "a second protocol": [pickle(Uint8Array.of(0x80, 2), code("N")), /PROTO must come first/],
    "another protocol": [
      joined(Uint8Array.of(0x80, 4), code("N.")),
      /protocol must be 2, torch\.save's own; got 4/,
    ],
    "no end": [pickle(code("N")).subarray(0, 3), /ends at byte 3/],
    "bytes behind the end": [pickle(code("N"), code(".N")), /got 2 bytes behind it/],
    "no value": [pickle(), /0 values are left/],
    "two values": [pickle(code("NN")), /2 values are left/],
    "an open mark": [pickle(code("N(")), /and 1 marks/],
    "a missing mark": [pickle(code("t")), /a mark is missing/],
    "a value from below a mark": [pickle(code("N(\x85")), /a value is missing/],
    "memo of nothing": [pickle(put(0)), /a value is missing/],
    "memo before it is written": [pickle(get(7)), /memo 7 is read before it is written/],
    "a text that is cut off": [pickle(code("X\xff\xff\xff\x7fabc")), /within a value/],
    "a text of other bytes": [pickle(code("X\x01\x00\x00\x00\xff")), /not UTF-8/],
    "a name without end": [pickle(code(`c${"a".repeat(600)}\nb\n`)), /without an end/],
    "items for a dict": [pickle(code("}Na")), /items are appended to dict/],
    "keys for a list": [pickle(code("]NNs")), /keys are set in list/],
    "a key without a value": [pickle(code("}(Nu")), /a key has no value/],
    "a key twice": [pickle(code("}("), text("a"), code("N"), text("a"), code("Nu")), /"a" occurs twice/],
    "a number that is called": [pickle(code("K\x01)R")), /number is called/],
    "arguments that are no tuple": [
      pickle(global("torch", "FloatStorage"), code("]R")),
      /arguments are no tuple/,
    ],
    "a storage that is called": [
      pickle(global("torch", "FloatStorage"), code(")R")),
      /torch\.FloatStorage is called/,
    ],
    "attributes for a list": [pickle(code("]Nb")), /attributes are given to list/],
    "a dict with arguments": [
      pickle(global("collections", "OrderedDict"), code("]\x85R")),
      /OrderedDict is called with list/,
    ],
    "a parameter of nothing": [
      pickle(global("torch._utils", "_rebuild_parameter"), code("N\x85R")),
      /called with None/,
    ],
    "a foreign id": [pickle(text("file:///etc/passwd"), code("Q")), /must be a storage's/],
    "a storage of no class": [
      pickle(tuple(text("storage"), text("x"), text("0"), text("cpu"), int(1)), code("Q")),
      /must be of a class such as torch\.FloatStorage; got string/,
    ],
    "a storage of -1 elements": [pickle(storage("0", -1)), /whole number of elements/],
    "a tensor beyond its storage": [
      pickle(tensor(float, [2, 4], [4, 1])),
      /must lie in its storage of 6 elements/,
    ],
    "a tensor at an offset beyond it": [pickle(tensor(float, [2], [1], 5)), /at element 5 must lie/],
    "a tensor at a negative offset": [pickle(tensor(float, [2], [1], -1)), /whole numbers >= 0/],
    "a tensor with negative strides": [pickle(tensor(float, [2], [-1], 3)), /whole numbers >= 0/],
    "a tensor that repeats its elements": [pickle(tensor(float, [1000, 6], [0, 1])), /each shown once/],
    "an endless tensor": [
      pickle(tensor(float, Array(9).fill(2 ** 31 - 1), Array(9).fill(0))),
      /each shown once/,
    ],
    "a tensor of 65 dimensions": [
      pickle(tensor(float, Array(65).fill(1), Array(65).fill(1))),
      /must have a storage/,
    ],
    "shape and strides that differ": [pickle(tensor(float, [2, 3], [1])), /as many strides/],
    "a tensor of no storage": [pickle(tensor(code("N"), [2], [1])), /must have a storage/],
    "501 open containers": [pickle(code("(".repeat(501))), /at most 500 containers may be open/],
  };
  for (const [name, [bytes, message]] of Object.entries(cases)) {
    test(name, () => {
      assert.throws(
        () => load(bytes),
        (error) => {
          assert.ok(error instanceof InputError, String(error));
          assert.match(error.message, message);
          assert.match(error.message, /^byte \d+ of the pickle: [^\n]{1,280}$/);
          return true;
        },
      );
    });
  }

  test("more opcodes or bytes than a checkpoint can have", () => {
    const many = new Uint8Array(MAX_OPCODES + 10).fill(0x4e);
    many.set([0x80, 2]);
    assert.throws(() => load(many), /at most 1000000 opcodes/);
    assert.throws(() => load(new Uint8Array(MAX_PICKLE_BYTES + 1)), /at most 16777216 bytes/);
  });
});

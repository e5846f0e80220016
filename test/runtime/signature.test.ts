import assert from "node:assert/strict";
import { test } from "node:test";
import { PbfWriter } from "pbf";
import { InputError } from "../../src/errors.js";
import { readSignature } from "../../src/runtime/signature.js";
import { meanColourNetwork } from "../evaluate/fake-network.js";

test("the signature of a file: names, types and sizes, open ones null, constants left out", () => {
  const bytes = meanColourNetwork(["N", 3, 8, 8], ["N", 6]);
  assert.deepEqual(readSignature(bytes), {
    inputs: [{ name: "picture", elementType: 1, shape: [null, 3, 8, 8] }],
    outputs: [{ name: "means of colours", elementType: 1, shape: [null, 6] }],
  });
});

test("what is no ONNX file, and one with its weights elsewhere, is an InputError that says so", () => {
  const external = new PbfWriter();
  const writeConstant = (_: null, pbf: PbfWriter) => pbf.writeVarintField(14, 1);
  const writeGraph = (_: null, pbf: PbfWriter) => {
    pbf.writeMessage(5, writeConstant, null);
    pbf.writeMessage(12, () => {}, null);
  };
  external.writeMessage(7, writeGraph, null);
  const whole = meanColourNetwork(["N", 3, 8, 8], ["N", 6]);
  for (const [bytes, message] of [
    [new Uint8Array(0), /no ONNX file/],
    [new TextEncoder().encode("<svg></svg>"), /no ONNX file/],
    [whole.subarray(0, whole.length - 20), /ONNX file/],
    [external.finish(), /another file/],
  ] as const) {
    assert.throws(
      () => readSignature(bytes),
      (error) => error instanceof InputError && message.test(error.message),
    );
  }
});

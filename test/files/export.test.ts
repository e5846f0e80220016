import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import * as ort from "onnxruntime-node";
import * as web from "onnxruntime-web";
import { InputError, UsageError } from "../../src/errors.js";
import { exportModel } from "../../src/files/export.js";
import { compileDenoiser } from "../../src/generate/networks.js";
import { webCompiler } from "../../src/runtime/web.js";
import { assertAllclose } from "../allclose.js";
import { tinyDrawing } from "../generate/drawing.js";
import { direction, sumOfRows } from "../graph/derivatives.js";
import { tinyModel } from "../model/tiny.js";
import { newFolder } from "./model-folder.js";

const model = tinyModel();
const folder = newFolder();
const paths = exportModel(model, folder, 6);

/** From here on, what any program could do: read the manifest and run the files it names. */
const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Values for every input that a file takes, three of the six tokens present; every other source is part of x. */
function feedsFor(file: string): Record<string, Float32Array> {
  const shapes = new Map<string, number[]>(
    manifest.files[file].inputs.map(({ name, shape }: { name: string; shape: number[] }) => [name, shape]),
  );
  const values = (name: string, seed: number) =>
    Float32Array.from(direction(seed, sizeOf(shapes.get(name)!)));
  const x = values("x", 1);
  const tokens = values("tokens", 2).fill(0, 3 * shapes.get("tokens")![2]!);
  const mask = Float32Array.of(1, 1, 1, 0, 0, 0);
  const feeds = { x, t: Float32Array.of(640), tokens, mask };
  if (!shapes.has("rows")) return feeds;
  const rows = new Float32Array(sizeOf(shapes.get("rows")!));
  rows.set(x, manifest.sources.indexOf("noise") * x.length);
  return { ...feeds, rows };
}

interface Runtime {
  readonly InferenceSession: { create(path: string | Uint8Array): Promise<ort.InferenceSession> };
  readonly Tensor: typeof ort.Tensor;
}

/** Runs a file of the folder with an ONNX Runtime, through nothing but its manifest. */
async function run(
  { InferenceSession, Tensor }: Runtime,
  file: string,
): Promise<Record<string, Float32Array>> {
  const session = await InferenceSession.create(readFileSync(join(folder, file)));
  const { inputs, outputs } = manifest.files[file];
  const feeds = feedsFor(file);
  const tensors = inputs.map(
    ({ name, shape, dtype }: { name: string; shape: number[]; dtype: "float32" }) => [
      name,
      new Tensor(dtype, feeds[name]!, shape),
    ],
  );
  const results = await session.run(Object.fromEntries(tensors));
  await session.release();
  return Object.fromEntries(
    outputs.map(({ name, shape }: { name: string; shape: number[] }) => {
      const { dims, data } = results[name]!;
      assert.deepEqual(dims, shape);
      assert.ok(data instanceof Float32Array);
      return [name, data];
    }),
  );
}

/** What the network behind `generate` gives for the same three tokens. */
async function expectedOutput(): Promise<Float32Array> {
  const { x, t, tokens } = feedsFor("denoise.onnx");
  const drawing = await tinyDrawing("a red cat", {}, model);
  const prompt = { ...drawing.prompt, count: 3, vectors: tokens!.subarray(0, 36) };
  const network = await compileDenoiser(model, prompt, drawing.compile);
  const output = await network.run(x!, t![0]!);
  await network.release();
  return output;
}

describe("an exported model, run by its manifest alone", () => {
  test("lists its files, sources and settings", () => {
    assert.deepEqual(
      paths.map((path) => existsSync(path)),
      [true, true, true],
    );
    assert.deepEqual(readdirSync(folder).sort(), ["denoise.onnx", "explain.onnx", "manifest.json"]);
    assert.deepEqual(
      manifest.sources,
      [0, 1, 2, 3, 4, 5].map((i) => `token ${i}`).concat("noise", "time", "mu"),
    );
    assert.deepEqual([manifest.format, manifest.version, manifest.tokens], ["pellucid-onnx", 1, 6]);
    for (const file of Object.values<{ inputs: { meaning: string }[] }>(manifest.files)) {
      for (const { meaning } of file.inputs) assert.notEqual(meaning, "");
    }
  });

  for (const [engine, runtime] of Object.entries<Runtime>({
    "onnxruntime-node": ort,
    "onnxruntime-web": web,
  })) {
    test(`gives in ${engine} what generate's network gives, and rows that add up to it`, async () => {
      web.env.wasm.numThreads = 1; // no worker to wait for at the end
      const expected = await expectedOutput();
      const { output } = await run(runtime, "denoise.onnx");
      const explained = await run(runtime, "explain.onnx");
      assertAllclose(output!, expected, 1e-4);
      assertAllclose(explained.output!, expected, 1e-4);
      assertAllclose(sumOfRows(explained.rowsOut!, expected.length), expected, 1e-4);
      const row = (source: string) => {
        const at = manifest.sources.indexOf(source) * expected.length;
        return explained.rowsOut!.subarray(at, at + expected.length);
      };
      for (const source of ["token 2", "noise", "time"])
        assert.ok(
          row(source).some((value) => value !== 0),
          source,
        );
      for (const source of ["token 3", "mu"])
        assert.ok(
          row(source).every((value) => value === 0),
          source,
        );
    });
  }
});

test("a prompt's network compiles for a browser, and gives what it gives in Node", async () => {
  web.env.wasm.numThreads = 1;
  const { x, t } = feedsFor("denoise.onnx");
  const { prompt, compile } = await tinyDrawing("a red cat", {}, model);
  const outputs = [];
  for (const compiler of [compile, webCompiler(web)]) {
    const network = await compileDenoiser(model, prompt, compiler);
    outputs.push(await network.run(x!, t![0]!));
    await network.release();
  }
  assertAllclose(outputs[1]!, outputs[0]!, 1e-4);
});

describe("an export is refused", () => {
  test("for more tokens than the model takes", () =>
    assert.throws(
      () => exportModel(model, newFolder(), 9),
      new UsageError("--tokens must be 1 to 8 for this model; got 9"),
    ));

  test("where it cannot be written, and leaves nothing behind", () => {
    const parent = newFolder();
    writeFileSync(join(parent, "file"), "");
    assert.throws(() => exportModel(model, join(parent, "file", "onnx"), 6), InputError);
    assert.deepEqual(readdirSync(parent), ["file"]);
  });
});

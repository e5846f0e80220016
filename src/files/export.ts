import { join } from "node:path";
import { alphaBars } from "../diffusion/schedule.js";
import { UsageError } from "../errors.js";
import { runSources, sourceName } from "../explain/sources.js";
import { denoiseGraph, explainGraph } from "../model/graphs.js";
import type { LoadedModel } from "../model/loaded.js";
import { contextLength } from "../model/text-config.js";
import { lower, type OnnxModel } from "../runtime/lower.js";
import { bytesOf } from "../runtime/onnx.js";
import { version } from "../version.js";
import { checkOutputs, writeTogether } from "./write.js";

/**
 * Writes `denoise.onnx` (one call of the network), `explain.onnx` (the same in lockstep with one row per source) and a
 * manifest of their inputs and outputs, for prompts of up to `tokens` tokens; returns the paths. Weights beyond 1 GiB are
 * files of their own, which both graphs share.
 *
 * Throws UsageError if the model takes fewer tokens, InputError if the folder cannot be written.
 */
export function exportModel(model: LoadedModel, folder: string, tokens: number): string[] {
  const { config, weights, digest } = model;
  const most = contextLength(config.text);
  const least = config.text.vectors === "clip-transformer" ? most : 1;
  if (tokens < least || tokens > most) {
    const range = least === most ? `${most}` : `${least} to ${most}`;
    throw new UsageError(`--tokens must be ${range} for this model; got ${tokens}`);
  }
  checkOutputs(folder, ["denoise.onnx", "explain.onnx", "manifest.json"], "replace");
  const sources = runSources(tokens);
  const names = sources.map(sourceName);
  const plan = {
    rows: sources.length,
    tokenRows: Array.from({ length: tokens }, (_, token) => token),
    timeRow: names.indexOf("time"),
  };
  const denoise = lower(denoiseGraph(config, 1, tokens).outputs, weights);
  const explain = lower(explainGraph(config, plan).outputs, weights);
  const manifest = {
    format: "pellucid-onnx",
    version: 1,
    pellucid: version,
    model: { ...config, digest },
    tokens,
    sources: names,
    process: { ...config.process, alphaBar: [...alphaBars({ name: config.schedule })] },
    files: { "denoise.onnx": describe(denoise), "explain.onnx": describe(explain) },
  };
  const beside = [...denoise.beside, ...explain.beside].map(
    ([name, values]) => [join(folder, name), bytesOf(values)] as const,
  );
  const files = new Map([
    ...beside,
    [join(folder, "denoise.onnx"), denoise.bytes],
    [join(folder, "explain.onnx"), explain.bytes],
    [join(folder, "manifest.json"), new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`)],
  ]);
  writeTogether(files, "replace");
  return [...files.keys()];
}

/** What each input and output of the graphs means. */
const meanings: Readonly<Record<string, string>> = {
  x: "noisy picture, channels r g b 1-r 1-g 1-b",
  t: "time step, 0 to 999",
  tokens:
    "vectors of the prompt's tokens, without positions but for CLIP's, or one-hot over text.tokenIds if the model has learnt them; zeros behind the last",
  mask: "1 for a token, 0 behind the last",
  rows: "part of x that each source supplied; they add up to x",
  output: "prediction of the network",
  rowsOut: "part of the output that each source supplied; they add up to it",
};

function describe({ inputs, outputs }: OnnxModel) {
  const explained = (values: OnnxModel["inputs"]) =>
    values.map(({ name, shape, dtype }) => ({ name, shape, dtype, meaning: meanings[name] ?? "" }));
  return { inputs: explained(inputs), outputs: explained(outputs) };
}

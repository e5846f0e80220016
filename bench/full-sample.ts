import { residual } from "../src/explain/relevance.js";
import { loadVocabulary, loadWordTable } from "../src/files/assets.js";
import { explainingArtist, lastStep } from "../src/generate/draw.js";
import { ledgerOf } from "../src/generate/explain.js";
import { compileDenoiser } from "../src/generate/networks.js";
import { rowsAtOnce } from "../src/generate/row-parts.js";
import { DEFAULT_SAMPLING } from "../src/generate/sampling.js";
import { flopsOf } from "../src/graph/flops.js";
import { denoiseGraph } from "../src/model/graphs.js";
import type { LoadedModel } from "../src/model/loaded.js";
import { type ModelConfig, tokenWidth } from "../src/model/model-config.js";
import { promptEncoder } from "../src/model/prompt-encoder.js";
import { initialWeights } from "../src/model/weights.js";
import { generatorOf, normalFrom } from "../src/random.js";
import { nodeCompiler } from "../src/runtime/node.js";
import { CLIP_POSITIONS } from "../src/text/prompt.js";
import { median } from "./engine.js";
import { productPeak } from "./machine.js";

/** A forward pass of one picture, and a picture with its account, as `--json` prints them. */
export interface SamplingReport {
  readonly part: "sample";
  readonly forward_ms: number;
  readonly gflops_per_s: number;
  /** The machine's measured product peak. */
  readonly product_gflops_per_s: number;
  /** Null for a network of ordinary layers. */
  readonly explained: Explained | null;
}

interface Explained {
  readonly steps: number;
  /** Sources of the account. */
  readonly rows: number;
  readonly rows_at_once: number;
  /** The steps alone, without compiling. */
  readonly seconds: number;
  /** Largest difference of the rows' sum and the picture. */
  readonly residual: number;
}

/** Eight words. */
const prompt = "a penguin wearing a green hat on grass";

/** Forward passes that are counted; one before them is not. */
const REPEATS = 5;

/** Draws a picture with its account on random weights and a prompt of random vectors, laid out as CLIP's would be. */
export async function measureSampling(
  config: ModelConfig,
  steps: number,
  threads: number,
): Promise<SamplingReport> {
  const peak = await productPeak(threads);
  const weights = initialWeights(denoiseGraph(config, 1, 1).parameters, 0);
  const model: LoadedModel = { config, weights, digest: "random" };
  const normal = normalFrom(generatorOf(0));
  const clip = async () => Float32Array.from({ length: CLIP_POSITIONS * tokenWidth(config) }, normal);
  const encodePrompt = promptEncoder(config, { vocabulary: loadVocabulary(), words: loadWordTable(), clip });
  const encoded = await encodePrompt(prompt);
  const compile = nodeCompiler({ threads });

  const denoiser = await compileDenoiser(model, encoded, compile);
  const x = Float32Array.from({ length: config.unet.channels * config.unet.imageSize ** 2 }, normal);
  const times: number[] = [];
  for (let i = -1; i < REPEATS; i++) {
    const start = performance.now();
    await denoiser.run(x, 500);
    if (i >= 0) times.push(performance.now() - start);
  }
  await denoiser.release();
  const flops = flopsOf([denoiseGraph(config, 1, encoded.count).outputs.output]);
  const forward = { forward_ms: median(times), gflops_per_s: flops / median(times) / 1e6 };
  const report = { part: "sample" as const, ...forward, product_gflops_per_s: peak };
  if (config.unet.layers.kind === "ordinary") return { ...report, explained: null };

  const settings = { ...DEFAULT_SAMPLING, steps };
  const drawing = { model, encodePrompt, prompt: encoded, settings, compile };
  const artist = await explainingArtist(drawing);
  const start = performance.now();
  const last = await lastStep(artist.draw(0));
  const seconds = (performance.now() - start) / 1000;
  await artist.release();
  const explained = {
    steps,
    rows: artist.sources.length,
    rows_at_once: rowsAtOnce(config),
    seconds,
    residual: residual(ledgerOf(drawing, artist, last)),
  };
  return { ...report, explained };
}

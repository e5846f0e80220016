import { affineLayerNorm } from "../bcos/ordinary-layers.js";
import type { Parameters } from "../bcos/parameters.js";
import { input } from "../graph/ops/constant.js";
import type { Tensor } from "../graph/tensor.js";
import type { ModelConfig } from "../model/model-config.js";
import type { ClipReader } from "../model/prompt-encoder.js";
import type { EncoderConfig } from "../model/text-config.js";
import { collectParameters } from "../model/weights.js";
import type { Compile, Executable } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import type { StoredTensors } from "../safetensors/stored.js";
import { CLIP_POSITIONS } from "../text/prompt.js";
import { VOCABULARY_SIZE } from "../text/vocabulary.js";
import { POSITION_EMBEDDING, TOKEN_EMBEDDING } from "./names.js";
import { blockName, FINAL_NORM, textBlock, textTransformer } from "./text-transformer.js";
import { type ClipWeights, readClipWeights, type WantedTensor } from "./weights.js";

/** All parameters that a model's prompts need of CLIP. */
export function clipParameters({ unet, text }: Pick<ModelConfig, "unet" | "text">): WantedTensor[] {
  const width = unet.contextWidth;
  const embeddings = [
    { name: TOKEN_EMBEDDING, shape: [VOCABULARY_SIZE, width] },
    { name: POSITION_EMBEDDING, shape: [CLIP_POSITIONS, width] },
  ];
  const { encoder } = text;
  if (encoder === undefined) return embeddings;
  const x = embedded(width);
  const { parameters } = collectParameters((parameter) => textTransformer(encoder, parameter, x));
  return [...embeddings, ...parameters.map(({ name, shape }) => ({ name, shape }))];
}

/** Reads CLIP's text side and compiles its transformer, if the model has one. Throws InputError as `readClipWeights` does. */
export async function clipReader(
  config: Pick<ModelConfig, "unet" | "text">,
  tensors: StoredTensors,
  compile: Compile,
): Promise<ClipReader> {
  const weights = await readClipWeights(tensors, clipParameters(config));
  const width = config.unet.contextWidth;
  const { encoder } = config.text;
  if (encoder === undefined) return async (ids) => embed(weights, ids, width);
  const transform = await compileTransformer(encoder, weights, width, compile);
  return (ids) => transform(embed(weights, ids, width));
}

const embedded = (width: number): Tensor => input("x", [1, CLIP_POSITIONS, width]);

/** Embedding of each token plus that of its position: [77, width]. */
function embed(weights: ClipWeights, ids: Int32Array, width: number): Float32Array {
  const tokens = weights.get(TOKEN_EMBEDDING)!; // [V, width]
  const positions = weights.get(POSITION_EMBEDDING)!; // [77, width]
  return positions.map((value, i) => value + tokens[ids[Math.floor(i / width)]! * width + (i % width)]!);
}

/**
 * The transformer, run block by block: all blocks are one graph, compiled once, whose weights are inputs. So there is one
 * copy of the weights, and no model file beyond the 2 GiB that one may have.
 */
async function compileTransformer(
  encoder: EncoderConfig,
  weights: ClipWeights,
  width: number,
  compile: Compile,
): Promise<(x: Float32Array) => Promise<Float32Array>> {
  const block = await compilePart((parameters, x) => textBlock(encoder, parameters, x), width, compile);
  const norm = await compilePart(affineLayerNorm, width, compile);
  return async (x) => {
    let h = x;
    for (let i = 0; i < encoder.blocks; i++) h = await run(block, h, weights, blockName(i));
    return run(norm, h, weights, FINAL_NORM);
  };
}

/** A part of the transformer, compiled, and the names of its parameters. */
interface Part {
  readonly executable: Executable;
  readonly names: readonly string[];
}

async function compilePart(
  build: (parameters: Parameters, x: Tensor) => Tensor,
  width: number,
  compile: Compile,
): Promise<Part> {
  const { network, parameters } = collectParameters((parameter) => build(parameter, embedded(width)));
  const executable = await compile(lower({ y: network }));
  return { executable, names: parameters.map(({ name }) => name) };
}

async function run(
  { executable, names }: Part,
  x: Float32Array,
  weights: ClipWeights,
  prefix: string,
): Promise<Float32Array> {
  const feeds = Object.fromEntries(names.map((name) => [name, weights.get(`${prefix}.${name}`)!]));
  return (await executable.run({ x, ...feeds })).y!;
}

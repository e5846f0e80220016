import { type BcosSettings, bcosLayers } from "../../src/bcos/bcos-layers.js";
import type { Layers } from "../../src/bcos/layers.js";
import { ordinaryLayers } from "../../src/bcos/ordinary-layers.js";
import type { Parameters } from "../../src/bcos/parameters.js";
import { InputError } from "../../src/errors.js";
import type { Shape } from "../../src/graph/shape.js";
import type { Tensor } from "../../src/graph/tensor.js";
import { exponentOf } from "./layer-settings.js";

/** A layer of a file before it is built. */
export interface LayerCase {
  readonly spec: unknown;
  readonly parameters: Parameters;
  /** Shapes of the file's weights. */
  readonly weights: ReadonlyMap<string, Shape>;
  /** An input; throws InputError if the file has none of that name. */
  input(name: string): Tensor;
  has(name: string): boolean;
}

interface CosineSettings {
  readonly b?: number | undefined;
  readonly B?: number | undefined;
  readonly unit_norm: boolean;
  readonly max_out: number;
}

/** Exponent, filters per output and length of weights, as the B-cos layers take them. */
export const lengthsOf = (settings: CosineSettings) => ({
  b: exponentOf(settings),
  maxOut: settings.max_out,
  weights: settings.unit_norm ? ("unit" as const) : ("free" as const),
});

/** Layers of the family that the names of the weights show. */
export function layersOf(layer: LayerCase, settings: CosineSettings & { readonly groups?: number }): Layers {
  const groups = settings.groups ?? 32;
  if (!isBcos(layer)) return ordinaryLayers(groups);
  const lengths = lengthsOf(settings);
  // Inside the authors' blocks, the exponent reaches convolutions only where their weights are free.
  const convB = settings.unit_norm ? 2 : lengths.b;
  const complete: BcosSettings = { ...lengths, convB, finalWeights: lengths.weights, groups };
  return bcosLayers(complete);
}

/** Whether the names of the weights are those of B-cos layers. */
export const isBcos = ({ weights }: LayerCase): boolean =>
  [...weights.keys()].some((name) => name === "linear.weight" || name.endsWith(".linear.weight"));

/** Shape of a weight; throws InputError if the file has none of that name. */
export function weightShape({ weights }: LayerCase, name: string): Shape {
  const shape = weights.get(name);
  if (shape === undefined) throw new InputError(`weight ${name} is missing`);
  return shape;
}

/** What an attention layer attends to, `own` if it has no context. */
export function contextOf(layer: LayerCase, own?: Tensor) {
  const tokens = own === undefined || layer.has("context") ? layer.input("context") : own;
  return layer.has("mask") ? { tokens, mask: layer.input("mask") } : { tokens };
}

interface HeadSettings {
  readonly heads?: number | undefined;
  readonly num_heads?: number | undefined;
  readonly dim_head?: number | undefined;
  readonly num_head_channels?: number | undefined;
}

/** How many heads `width` channels are divided into; throws InputError if the settings don't say. */
export function headsOf(settings: HeadSettings, width: number): number {
  const size = settings.dim_head ?? settings.num_head_channels;
  const heads = settings.heads ?? settings.num_heads ?? (size === undefined ? undefined : width / size);
  if (heads === undefined) throw new InputError("settings: heads is missing");
  if (!Number.isInteger(width / heads) || !Number.isInteger(heads)) {
    throw new InputError(`settings: ${width} channels do not divide into ${heads} heads`);
  }
  return heads;
}

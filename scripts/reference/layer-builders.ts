import { gelu, silu } from "../../src/bcos/activations.js";
import { attention, feedForward, transformerBlock } from "../../src/bcos/attention.js";
import { convolution, linear } from "../../src/bcos/bcos-layers.js";
import { downsample, residualBlock, spatialTransformer, upsample } from "../../src/bcos/blocks.js";
import { groupStandardise } from "../../src/bcos/norms.js";
import { affine, plainLinear } from "../../src/bcos/ordinary-layers.js";
import { ones, zeros } from "../../src/bcos/parameters.js";
import { timestepEmbedding } from "../../src/bcos/timestep.js";
import { conv } from "../../src/graph/ops/convolution.js";
import { add, multiply } from "../../src/graph/ops/elementwise.js";
import { standardise } from "../../src/graph/ops/standardise.js";
import { pad, reshape } from "../../src/graph/ops/structure.js";
import type { Tensor } from "../../src/graph/tensor.js";
import {
  contextOf,
  headsOf,
  isBcos,
  type LayerCase,
  layersOf,
  lengthsOf,
  weightShape,
} from "./layer-case.js";
import { type LayerKind, layerSettings, readSettings } from "./layer-settings.js";

type Build = (layer: LayerCase) => Tensor;

/** How each kind of layer is built from its settings, inputs and the shapes of its weights. */
export const builders: Readonly<Record<LayerKind, Build>> = {
  linear(layer) {
    const settings = readSettings(layerSettings.linear, layer.spec);
    const x = layer.input("x");
    if (isBcos(layer)) {
      const rows = weightShape(layer, "linear.weight")[0]!;
      return linear(layer.parameters, x, rows / settings.max_out, lengthsOf(settings));
    }
    const width = weightShape(layer, "weight")[0]!;
    return (layer.weights.has("bias") ? affine : plainLinear)(layer.parameters, x, width);
  },
  conv(layer) {
    const settings = readSettings(layerSettings.conv, layer.spec);
    const { stride, padding, max_out } = settings;
    const x = layer.input("x");
    const shape = weightShape(layer, isBcos(layer) ? "linear.weight" : "weight");
    const kernel = settings.kernel ?? shape[2]!;
    if (isBcos(layer)) {
      const window = { kernel, stride, padding };
      return convolution(layer.parameters, x, shape[0]! / max_out, window, lengthsOf(settings));
    }
    const w = layer.parameters("weight", [shape[0]!, x.shape[1]!, kernel, kernel], ones);
    const y = conv(x, w, { stride, padding });
    return withBias(layer, y, 1, 1);
  },
  groupNorm(layer) {
    const { groups, eps } = readSettings(layerSettings.groupNorm, layer.spec);
    const x = layer.input("x");
    const [batch, channels, ...sides] = x.shape;
    const picture = reshape(x, [batch!, channels!, sides.reduce((a, b) => a * b, 1), 1]);
    return affineChannels(layer, reshape(groupStandardise(picture, groups, eps), x.shape), 1, 1);
  },
  layerNorm(layer) {
    const { eps } = readSettings(layerSettings.layerNorm, layer.spec);
    const x = layer.input("x");
    const axes = (layer.weights.get("weight") ?? [1]).length;
    const first = x.shape.length - axes;
    return affineChannels(layer, standardise(x, first, eps), first, axes);
  },
  silu(layer) {
    readSettings(layerSettings.silu, layer.spec);
    return silu(layer.input("x"));
  },
  gelu(layer) {
    readSettings(layerSettings.gelu, layer.spec);
    return gelu(layer.input("x"));
  },
  feedForward(layer) {
    const settings = readSettings(layerSettings.feedForward, layer.spec);
    const [rows] = weightShape(layer, isBcos(layer) ? "net.0.proj.linear.weight" : "net.0.proj.weight");
    return feedForward(
      layersOf(layer, settings),
      layer.parameters,
      layer.input("x"),
      rows! / settings.max_out / 2,
    );
  },
  attention(layer) {
    const settings = readSettings(layerSettings.attention, layer.spec);
    const x = layer.input("x");
    const [width] = weightShape(layer, "to_q.weight");
    const context = contextOf(layer, x);
    return attention(
      layersOf(layer, settings),
      layer.parameters,
      x,
      context,
      headsOf(settings, width!),
      width,
    );
  },
  transformerBlock(layer) {
    const settings = readSettings(layerSettings.transformerBlock, layer.spec);
    const x = layer.input("x");
    const heads = headsOf(settings, x.shape[2]!);
    return transformerBlock(layersOf(layer, settings), layer.parameters, x, contextOf(layer), heads);
  },
  spatialTransformer(layer) {
    const settings = readSettings(layerSettings.spatialTransformer, layer.spec);
    const x = layer.input("x");
    const projection = layer.weights.get("proj_in.linear.weight") ?? weightShape(layer, "proj_in.weight");
    const blocks = [...layer.weights.keys()].flatMap(
      (name) => /^transformer_blocks\.(\d+)\./.exec(name)?.[1] ?? [],
    );
    return spatialTransformer(layersOf(layer, settings), layer.parameters, x, contextOf(layer), {
      heads: headsOf(settings, x.shape[1]!),
      depth: settings.depth ?? new Set(blocks).size,
      projection: projection.length === 2 ? "linear" : "conv",
    });
  },
  residualBlock(layer) {
    const settings = readSettings(layerSettings.residualBlock, layer.spec);
    const rows = isBcos(layer)
      ? weightShape(layer, "in_layers.2.linear.weight")[0]! / settings.max_out
      : weightShape(layer, "in_layers.2.weight")[0]!;
    const layers = layersOf(layer, settings);
    return residualBlock(layers, layer.parameters, layer.input("x"), layer.input("emb"), rows);
  },
  downsample(layer) {
    const settings = readSettings(layerSettings.downsample, layer.spec);
    return downsample(layersOf(layer, settings), layer.parameters, layer.input("x"));
  },
  upsample(layer) {
    const settings = readSettings(layerSettings.upsample, layer.spec);
    return upsample(layersOf(layer, settings), layer.parameters, layer.input("x"));
  },
  timestepEmbedding(layer) {
    const { dim } = readSettings(layerSettings.timestepEmbedding, layer.spec);
    // An odd width ends in a column of zeros.
    return pad(timestepEmbedding(layer.input("t"), dim - (dim % 2)), 1, 0, dim % 2);
  },
};

/** Multiplies by `weight` and adds `bias` where the file has them, along `axes` axes from `first` on. */
function affineChannels(layer: LayerCase, x: Tensor, first: number, axes: number): Tensor {
  const own = x.shape.slice(first, first + axes);
  const spread = x.shape.map((size, axis) => (axis >= first && axis < first + axes ? size : 1));
  const scaled = layer.weights.has("weight")
    ? multiply(x, reshape(layer.parameters("weight", own, ones), spread))
    : x;
  return withBias(layer, scaled, first, axes);
}

function withBias(layer: LayerCase, x: Tensor, first: number, axes: number): Tensor {
  if (!layer.weights.has("bias")) return x;
  const own = x.shape.slice(first, first + axes);
  const spread = x.shape.map((size, axis) => (axis >= first && axis < first + axes ? size : 1));
  return add(x, reshape(layer.parameters("bias", own, zeros), spread));
}

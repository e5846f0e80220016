import { silu } from "../bcos/activations.js";
import { ordinaryLayers } from "../bcos/ordinary-layers.js";
import { type Parameters, type Start, within } from "../bcos/parameters.js";
import { add, scale } from "../graph/ops/elementwise.js";
import { concat, reshape } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";

/** Names of the critic's parameters begin with this; they are no part of the model that is trained. */
export const CRITIC = "critic";

const layers = ordinaryLayers(8);
const WIDTH = 32;

/** The finest map is looked at in every other place: at all of them it would cost as much as all else that the critic does. */
const FINEST = 32;

/** The critic moves this much faster than its rate says, for it starts from nothing beside a network that hardly moves any more. */
const HASTE = 6;

/**
 * How much each place of a picture looks like one that was drawn, and not predicted, under its caption: [B, P], above 0 for
 * drawn. `maps` are a frozen reader's features [B, C, h, w], `seen` [B, 55] what the caption asks for.
 *
 * A head for each map on features that do not learn, after Sauer et al. 2021, "Projected GANs converge faster".
 */
export function criticScores(parameters: Parameters, maps: readonly Tensor[], seen: Tensor): Tensor {
  const scores = maps.map((map) => {
    const [batch, , height, width] = map.shape as [number, number, number, number];
    const at = within(within(hasty(parameters), CRITIC), `at${height}`);
    const asked = layers.linear(within(at, "seen"), seen, WIDTH); // [B, 32]
    const stride = height >= FINEST ? 2 : 1;
    const found = layers.conv(within(at, "conv"), map, WIDTH, { kernel: 3, stride }); // [B, 32, h, w]
    const hidden = silu(add(found, reshape(asked, [batch, WIDTH, 1, 1])));
    const score = layers.conv(within(at, "score"), hidden, 1, { kernel: 1, stride: 1 }); // [B, 1, h, w]
    return reshape(score, [batch, (height * width) / stride ** 2]);
  });
  return concat(scores, 1);
}

/** Parameters that are kept a sixth as large as they are used: an optimiser whose steps know no size moves them six times as far. */
const hasty =
  (parameters: Parameters): Parameters =>
  (name, shape, start) =>
    scale(parameters(name, shape, shrunk(start)), HASTE);

function shrunk(start: Start): Start {
  if (start.kind === "uniform") return { ...start, bound: start.bound / HASTE };
  if (start.kind === "normal") return { ...start, deviation: start.deviation / HASTE };
  return { ...start, value: start.value / HASTE };
}

import { composite } from "../graph/composite.js";
import { add, multiply, scale, subtract } from "../graph/ops/elementwise.js";
import { mean, sum, sumTo } from "../graph/ops/reduce.js";
import { inverseDeviation } from "../graph/ops/standardise.js";
import { broadcastTo, reshape } from "../graph/ops/structure.js";
import type { Tensor } from "../graph/tensor.js";
import { grouped, groupStandardise } from "./norms.js";

interface Groups {
  readonly groups: number;
  readonly epsilon: number;
}

const groupNormOp = composite<Groups>({
  name: "groupNorm",
  define: ([x, weight], { groups, epsilon }) => multiply(groupStandardise(x!, groups, epsilon), weight!),
  // With n the standardised picture, s its inverse deviation, means over a group: dx = s (g w - mean(g w) - n mean(g w n)).
  // Weights are constant in a channel, so the picture is passed over for sums per channel, and all else is small.
  vjp(g, { inputs: [x, weight] }, { groups, epsilon }) {
    const [batch, channels, height, width] = x!.shape;
    const normal = groupStandardise(x!, groups, epsilon);
    const inChannel = (t: Tensor) => sum(t, [2, 3]); // [B, C, 1, 1]
    const ofGroup = (t: Tensor) => reshape(t, [batch!, groups, channels! / groups]);
    const toChannels = (t: Tensor) =>
      reshape(broadcastTo(t, [batch!, groups, channels! / groups]), [batch!, channels!, 1, 1]);
    const groupMean = (sums: Tensor) =>
      toChannels(scale(mean(ofGroup(multiply(sums, weight!)), [2]), 1 / (height! * width!)));
    const [total, along] = [inChannel(g), inChannel(multiply(g, normal))];
    const inverse = toChannels(inverseDeviation(grouped(x!, groups), 2, epsilon));
    const parallel = multiply(normal, multiply(inverse, groupMean(along)));
    const offset = multiply(inverse, groupMean(total));
    return [
      subtract(multiply(g, multiply(weight!, inverse)), add(parallel, offset)),
      sumTo(along, weight!.shape),
    ];
  },
});

/** Group normalisation (Wu and He 2018) of x [B, C, H, W] without a bias: standardised, times `weight` [1 or B, C, 1, 1]. */
export const groupNorm = (x: Tensor, weight: Tensor, groups: number, epsilon: number): Tensor =>
  groupNormOp([x, weight], { groups, epsilon });

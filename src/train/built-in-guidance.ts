import { input } from "../graph/ops/constant.js";
import { add, multiply, scale as scaled, subtract } from "../graph/ops/elementwise.js";
import { hold } from "../graph/ops/gate.js";
import type { Tensor } from "../graph/tensor.js";

/** What a step takes beside the batch, for a network that learns to be guided. */
export interface GuidanceInputs {
  /** The empty prompt, once for each picture. */
  readonly blankTokens: Tensor; // [B, K, tokenWidth]
  readonly blankMask: Tensor; // [B, K]
  /** 1 for a picture that is guided, 0 for one whose caption is left out, or that has too little noise or too much. */
  readonly guided: Tensor; // [B, 1, 1, 1]
}

export function guidanceInputs({ tokens, mask }: { tokens: Tensor; mask: Tensor }): GuidanceInputs {
  return {
    blankTokens: input("blankTokens", tokens.shape),
    blankMask: input("blankMask", mask.shape),
    guided: input("guided", [mask.shape[0]!, 1, 1, 1]),
  };
}

/**
 * The target [B, 6, H, W] of a network that draws, alone, as it would with classifier-free guidance of this scale (1 or more):
 * target + (1 - 1 / scale) (output - blank), where `blank` is its output for the empty prompt; both outputs are held.
 *
 * Where the network meets it on average, output = blank + scale (target - blank). After Tang et al. 2025, "Diffusion models
 * without classifier-free guidance".
 */
export function guidedTarget(
  target: Tensor,
  { output, blank, guided }: { output: Tensor; blank: Tensor; guided: Tensor },
  scale: number,
): Tensor {
  const heeded = multiply(hold(subtract(output, blank)), guided);
  return add(target, scaled(heeded, 1 - 1 / scale));
}

import { blend } from "../diffusion/guidance.js";
import { resizeBilinear } from "../diffusion/resize.js";
import { applyStep, checkOutput, drawNoise } from "../diffusion/sample.js";
import { throwIfCancelled } from "../errors.js";
import { releaseAll } from "../generate/draw.js";
import { checkLayout, compileDenoiser, promptInputs } from "../generate/networks.js";
import { attentionGraph } from "../model/attribution-graphs.js";
import { lower } from "../runtime/lower.js";
import type { Method } from "./method.js";
import { playersOf, sumByPlayer } from "./players.js";

/**
 * Cross-attention maps as in DAAM (Tang et al. 2023): how much the pixels listen to the word, over all heads, layers and
 * steps, each layer enlarged bilinearly to the picture.
 *
 * The mean rather than the sum, so that in every pixel the tokens add up to 1; and not stretched to the map's own range, which
 * would let a word that nobody listens to glow.
 */
export const attention: Method = {
  title: "Cross-attention",
  shows: "how much the network's pixels listen to the word",
  cost: () => ({ calls: 1, passes: 1 }),
  async open({ model, encodePrompt, prompt: layout, settings, compile }) {
    const { count } = promptInputs(model, layout);
    const { outputs, layers } = attentionGraph(model.config, count);
    const conditional = await compile(lower(outputs, model.weights));
    const unconditional =
      settings.guidance === 1 ? undefined : await compileDenoiser(model, await encodePrompt(""), compile);
    const side = model.config.unet.imageSize;
    return {
      async explain({ prompt, xT, steps, noise, signal }) {
        checkLayout(prompt, layout);
        const { tokens, mask } = promptInputs(model, prompt);
        const rows = new Float32Array(prompt.tokens.length * side * side); // [tokens, H, W]
        let x = xT;
        for (const step of steps) {
          throwIfCancelled(signal);
          const { output, ...heard } = await conditional.run({ x, t: Float32Array.of(step.t), tokens, mask });
          for (const layer of layers) {
            const planes = resizeBilinear(planesOf(heard[layer]!, count), sideOf(heard[layer]!, count), side);
            addTokens(rows, planes, prompt.tokenOf, 1 / (layers.length * steps.length));
          }
          const other = await unconditional?.run(x, step.t);
          const answer = other === undefined ? output! : blend(output!, other, settings.guidance);
          checkOutput(answer, x.length, step.t);
          x = applyStep(step, x, answer, drawNoise(step, noise, x.length));
        }
        return { maps: sumByPlayer(playersOf(prompt), rows, side * side) };
      },
      release: () => releaseAll([conditional, unconditional]),
    };
  },
};

const sideOf = (probabilities: Float32Array, tokens: number): number =>
  Math.sqrt(probabilities.length / tokens);

/** Probabilities [N, K] as a plane per token [K, N]. */
function planesOf(probabilities: Float32Array, tokens: number): Float32Array {
  const pixels = probabilities.length / tokens;
  return probabilities.map((_, i) => probabilities[(i % pixels) * tokens + Math.floor(i / pixels)]!);
}

/** Adds the planes [K, H, W] of the network's rows to the tokens that they stand for. */
function addTokens(
  tokens: Float32Array,
  planes: Float32Array,
  tokenOf: readonly number[],
  weight: number,
): void {
  const pixels = planes.length / Math.max(1, tokenOf.length);
  tokenOf.forEach((token, row) => {
    for (let i = 0; i < pixels; i++) tokens[token * pixels + i]! += weight * planes[row * pixels + i]!;
  });
}

import { guided } from "../diffusion/guidance.js";
import { type Denoise, sample } from "../diffusion/sample.js";
import type { TokenGroup } from "../explain/words.js";
import { type Drawing, lastStep, releaseAll } from "../generate/draw.js";
import { type Compiled, checkLayout, compileDenoiser, promptInputs } from "../generate/networks.js";
import { denoiseGraph } from "../model/graphs.js";
import type { EncodedPrompt } from "../model/prompt-encoder.js";
import { lower } from "../runtime/lower.js";
import type { Subject } from "./method.js";

/** Draws a subject with some of its players masked, everything else being equal: same seed, same positions. */
export interface Painter {
  /** The picture [6, H, W] of these players alone. Throws UsageError for a prompt of another layout, CancelledError. */
  paint(subject: Subject, players: readonly TokenGroup[]): Promise<Float32Array>;
  release(): Promise<void>;
}

/** A painter for prompts laid out as the drawing's. */
export async function openPainter(drawing: Drawing): Promise<Painter> {
  const { model, encodePrompt, settings, compile } = drawing;
  const conditional = await compileMasked(drawing);
  const unconditional =
    settings.guidance === 1 ? undefined : await compileDenoiser(model, await encodePrompt(""), compile);
  return {
    async paint({ prompt, xT, steps, noise, signal }, players) {
      const own = conditional.run(prompt, players);
      const denoise = unconditional === undefined ? own : guided(own, unconditional.run, settings.guidance);
      return (await lastStep(sample({ denoise, xT, steps, noise, signal }))).x;
    },
    release: () => releaseAll([conditional, unconditional]),
  };
}

/** The plain network for any prompt laid out as the drawing's, and any of its players. */
async function compileMasked({
  model,
  prompt: layout,
  compile,
}: Drawing): Promise<Compiled<(prompt: EncodedPrompt, players: readonly TokenGroup[]) => Denoise>> {
  const { count } = promptInputs(model, layout);
  const executable = await compile(lower(denoiseGraph(model.config, 1, count).outputs, model.weights));
  return {
    run(prompt, players) {
      checkLayout(prompt, layout);
      const inputs = promptInputs(model, prompt);
      const kept = new Set(players.flatMap(({ tokens }) => tokens));
      const mask = inputs.mask.map((there, row) => (kept.has(prompt.tokenOf[row] ?? -1) ? there : 0));
      return async (x, t) =>
        (await executable.run({ x, t: Float32Array.of(t), tokens: inputs.tokens, mask })).output!;
    },
    release: () => executable.release(),
  };
}

import { alphaBars } from "../diffusion/schedule.js";
import { throwIfCancelled } from "../errors.js";
import { explainSampling, type Ledger } from "../explain/ledger.js";
import { runSources } from "../explain/sources.js";
import { lastStep } from "../generate/draw.js";
import { checkExplainable, compileFrozenFor, layoutOf } from "../generate/networks.js";
import { predictionStep } from "../generate/sampling.js";
import type { LoadedModel } from "../model/loaded.js";
import type { EncodedPrompt, PromptEncoder } from "../model/prompt-encoder.js";
import type { Compile } from "../runtime/executable.js";
import { type ForcedCase, noisedScene } from "./teacher-forced.js";

/** What is explained: every case at every time step, 0..999. */
export interface ForcedLedgersRun {
  readonly model: LoadedModel;
  readonly encodePrompt: PromptEncoder;
  readonly compile: Compile;
  readonly cases: readonly ForcedCase[];
  readonly times: readonly number[];
  readonly signal?: AbortSignal | undefined;
}

/** The clean picture that the network sees in a real scene noised to t, with its account. */
export interface ForcedLedger {
  /** Of the case. */
  readonly index: number;
  readonly t: number;
  readonly prompt: EncodedPrompt;
  /** Rows of the tokens, then noise (the whole noised scene, which the network is given), time and mu. */
  readonly ledger: Ledger;
}

/**
 * Explains one prediction per case and time step: no sampling, so that no failure to draw is mixed in.
 *
 * Cases of as many tokens share a compiled network, so they come together rather than in order. Throws InputError for a
 * model that is not B-cos, CancelledError.
 */
export async function* forcedLedgers(run: ForcedLedgersRun): AsyncGenerator<ForcedLedger, void, undefined> {
  const { model, encodePrompt, compile, cases, times, signal } = run;
  checkExplainable(model, "use a B-cos model");
  const { schedule, unet } = model.config;
  const size = { height: unet.imageSize, width: unet.imageSize };
  const bars = alphaBars({ name: schedule });
  const prompts = await Promise.all(cases.map(({ caption }) => encodePrompt(caption)));
  const layouts = new Map(prompts.map((prompt) => [layoutOf(prompt), prompt]));
  for (const [key, layout] of layouts) {
    throwIfCancelled(signal);
    const sources = runSources(layout.tokens.length);
    const network = await compileFrozenFor(model, layout, sources, "prompt", compile);
    try {
      for (const [index, item] of cases.entries()) {
        const prompt = prompts[index]!;
        if (layoutOf(prompt) !== key) continue;
        const frozen = network.run(prompt);
        for (const t of times) {
          const xT = noisedScene(item, model.config, bars[t]!);
          const steps = [predictionStep(model.config, t)];
          const { x, rows } = await lastStep(
            explainSampling({ network: frozen, xT, sources, steps, signal }),
          );
          yield { index, t, prompt, ledger: { sources, rows, image: x, size } };
        }
      }
    } finally {
      await network.release();
    }
  }
}

import { guided } from "../diffusion/guidance.js";
import { type SampleStep, sample } from "../diffusion/sample.js";
import { type ExplainedStep, explainSampling, guidedNetwork } from "../explain/ledger.js";
import { runSources, type Source } from "../explain/sources.js";
import type { LoadedModel } from "../model/loaded.js";
import type { EncodedPrompt, PromptEncoder } from "../model/prompt-encoder.js";
import type { Compile } from "../runtime/executable.js";
import { type Compiled, checkExplainable, compileDenoiser, compileFrozen } from "./networks.js";
import { type SamplingSettings, samplingSteps, seededNoise } from "./sampling.js";

/** One picture to draw. */
export interface Drawing {
  readonly model: LoadedModel;
  readonly encodePrompt: PromptEncoder;
  readonly prompt: EncodedPrompt;
  readonly settings: SamplingSettings;
  readonly compile: Compile;
}

/** A prompt's network, compiled once and used for any number of seeds. */
export interface Artist<Step> {
  /** Draws the picture of a seed, step by step. Throws as `sample` does. */
  draw(seed: number, signal?: AbortSignal): AsyncGenerator<Step, void, undefined>;
  /** Frees the compiled networks. */
  release(): Promise<void>;
}

/** Draws pictures without explaining them. */
export async function plainArtist(drawing: Drawing): Promise<Artist<SampleStep>> {
  const { model, encodePrompt, prompt, settings, compile } = drawing;
  const steps = samplingSteps(model.config, settings);
  const conditional = await compileDenoiser(model, prompt, compile);
  const unconditional =
    settings.guidance === 1 ? undefined : await compileDenoiser(model, await encodePrompt(""), compile);
  const denoise =
    unconditional === undefined
      ? conditional.run
      : guided(conditional.run, unconditional.run, settings.guidance);
  return {
    draw: (seed, signal) => sample({ denoise, steps, signal, ...seededNoise(model.config, seed) }),
    release: () => releaseAll([conditional, unconditional]),
  };
}

/** An artist that keeps the account of every pixel; `sources` names the rows of its steps. */
export interface ExplainingArtist extends Artist<ExplainedStep> {
  readonly sources: readonly Source[];
}

/** Draws pictures in lockstep with what each source contributes to them. Throws InputError for a network that is not B-cos. */
export async function explainingArtist(drawing: Drawing): Promise<ExplainingArtist> {
  const { model, encodePrompt, prompt, settings, compile } = drawing;
  checkExplainable(model, "use a B-cos model, or --no-explain");
  const steps = samplingSteps(model.config, settings);
  const isGuided = settings.guidance !== 1;
  const sources = runSources(prompt.tokens.length, isGuided ? ["unconditional"] : []);
  const conditional = await compileFrozen(model, prompt, sources, "prompt", compile);
  const unconditional = isGuided
    ? await compileFrozen(model, await encodePrompt(""), sources, "unconditional", compile)
    : undefined;
  const network =
    unconditional === undefined
      ? conditional.run
      : guidedNetwork(conditional.run, unconditional.run, settings.guidance);
  return {
    sources,
    draw: (seed, signal) =>
      explainSampling({ network, sources, steps, signal, ...seededNoise(model.config, seed) }),
    release: () => releaseAll([conditional, unconditional]),
  };
}

/** Frees all of them that there are. */
export async function releaseAll(
  compiled: readonly (Pick<Compiled<unknown>, "release"> | undefined)[],
): Promise<void> {
  await Promise.all(compiled.map((network) => network?.release()));
}

/** The last step of a run, which holds the finished picture. */
export async function lastStep<Step>(steps: AsyncGenerator<Step, void, undefined>): Promise<Step> {
  let last: Step | undefined;
  for await (const step of steps) last = step;
  if (last === undefined) throw new Error("a run has at least one step");
  return last;
}

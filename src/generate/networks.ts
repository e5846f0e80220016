import type { Denoise } from "../diffusion/sample.js";
import { InputError, UsageError } from "../errors.js";
import type { FrozenNetwork } from "../explain/ledger.js";
import { rowOfKind, type Source } from "../explain/sources.js";
import { denoiseGraph } from "../model/graphs.js";
import type { LoadedModel } from "../model/loaded.js";
import { tokenWidth } from "../model/model-config.js";
import type { EncodedPrompt } from "../model/prompt-encoder.js";
import type { Compile } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import { compileRows } from "./row-parts.js";

/** A compiled network for one prompt; `release` frees its session. */
export interface Compiled<T> {
  readonly run: T;
  readonly release: () => Promise<void>;
}

/** The prompt as the graphs take it: an empty one becomes a single masked token, for a tensor cannot be empty. */
export interface PromptInputs {
  readonly count: number;
  readonly tokens: Float32Array; // [K, tokenWidth(config)]
  readonly mask: Float32Array; // [K]
}

/** A prompt's tensors, all of its tokens there. */
export function promptInputs({ config }: LoadedModel, { count, vectors }: EncodedPrompt): PromptInputs {
  return count > 0
    ? { count, tokens: vectors, mask: new Float32Array(count).fill(1) }
    : { count: 1, tokens: new Float32Array(tokenWidth(config)), mask: new Float32Array(1) };
}

/** The plain network for a prompt, one picture at a time. */
export async function compileDenoiser(
  model: LoadedModel,
  prompt: EncodedPrompt,
  compile: Compile,
): Promise<Compiled<Denoise>> {
  const { count, tokens, mask } = promptInputs(model, prompt);
  const { outputs } = denoiseGraph(model.config, 1, count);
  const executable = await compile(lower(outputs, model.weights));
  return {
    run: async (x, t) => (await executable.run({ x, t: Float32Array.of(t), tokens, mask })).output!,
    release: () => executable.release(),
  };
}

/** Whether a model's pictures are sums of parts: whether its layers are B-cos. */
export const isExplainable = ({ config }: LoadedModel): boolean => config.unet.layers.kind === "bcos";

/** Throws InputError, with this cure, for a network that is not B-cos. */
export function checkExplainable(model: LoadedModel, cure: string): void {
  if (!isExplainable(model))
    throw new InputError(
      `model ${model.config.name} has ordinary layers, so its pictures are no sum of parts; ${cure}`,
    );
}

/** The branch of guidance that a frozen network is: who its tokens' rows belong to. */
export type Branch = "prompt" | "unconditional";

/**
 * The network for any prompt laid out as this one, in lockstep with its frozen self, one row per source.
 *
 * What the network is given goes to the rows of the tokens that it stands for; if the sources hold no tokens of this
 * prompt, as in the unconditional branch of guidance, all goes to the row of `unconditional`. What it runs throws UsageError
 * for a prompt of another layout.
 */
export async function compileFrozenFor(
  model: LoadedModel,
  layout: EncodedPrompt,
  sources: readonly Source[],
  branch: Branch,
  compile: Compile,
): Promise<Compiled<(prompt: EncodedPrompt) => FrozenNetwork>> {
  const { count } = promptInputs(model, layout);
  const shared = rowOfKind(sources, branch === "prompt" ? "noise" : "unconditional");
  // A masked token contributes nothing, whichever row it is given to.
  const tokenRows = Array.from({ length: count }, (_, token) =>
    branch === "prompt" ? (layout.tokenOf[token] ?? shared) : shared,
  );
  const plan = { rows: sources.length, tokenRows, timeRow: rowOfKind(sources, "time") };
  const { run, release } = await compileRows(model, plan, compile);
  return {
    run(prompt) {
      checkLayout(prompt, layout);
      const { tokens, mask } = promptInputs(model, prompt);
      return async (x, rows, t) => {
        const { output, rowsOut } = await run({ x, rows, t: Float32Array.of(t), tokens, mask });
        return { output, rows: rowsOut };
      };
    },
    release,
  };
}

/** Equal for prompts that can share a frozen network: which token each row of the network's input stands for. */
export const layoutOf = ({ tokenOf }: EncodedPrompt): string => tokenOf.join();

/** Throws UsageError unless a network that was compiled for `layout` takes this prompt. */
export function checkLayout(prompt: EncodedPrompt, layout: EncodedPrompt): void {
  if (layoutOf(prompt) !== layoutOf(layout))
    throw new UsageError(
      `this network takes prompts of ${layout.tokens.length} tokens; got ${prompt.tokens.length}`,
    );
}

/** As `compileFrozenFor`, for one prompt. */
export async function compileFrozen(
  model: LoadedModel,
  prompt: EncodedPrompt,
  sources: readonly Source[],
  branch: Branch,
  compile: Compile,
): Promise<Compiled<FrozenNetwork>> {
  const { run, release } = await compileFrozenFor(model, prompt, sources, branch, compile);
  return { run: run(prompt), release };
}

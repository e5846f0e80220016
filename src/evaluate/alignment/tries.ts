import type { Readers } from "../../classifier/readers.js";
import type { Prompt } from "../../data/prompts.js";
import { deriveSeed } from "../../diffusion/random.js";
import type { SampleStep } from "../../diffusion/sample.js";
import { throwIfCancelled } from "../../errors.js";
import { byReaders, byWords, recogniserFor } from "../../generate/alignment.js";
import { type Drawing, explainingArtist, plainArtist, releaseAll } from "../../generate/draw.js";
import { recordedDrawing } from "../../generate/explain.js";
import type { SamplingSettings } from "../../generate/sampling.js";
import type { Judge, Look } from "../../generate/until-aligned.js";
import type { LoadedModel } from "../../model/loaded.js";
import type { EncodedPrompt, PromptEncoder } from "../../model/prompt-encoder.js";
import type { Compile } from "../../runtime/executable.js";
import { reusing } from "../../runtime/reuse.js";
import { askedAspects } from "../accuracy.js";
import type { See } from "../neglect/evaluate.js";

/** A prompt's network and, under guidance, that of the empty prompt; prompts of equal length come one after another. */
const KEPT = 2;

/** One seed drawn to its end. */
export interface FullTry {
  /** Steps of the run. */
  readonly count: number;
  /** Where the judge would have given it up, and how it looked then; null if nowhere. */
  readonly lost: { readonly step: number; readonly look: Look } | null;
  /** How the finished picture looks to the judge. */
  readonly look: Look;
  /** Whether the picture shows all that was asked for. */
  readonly shows: boolean;
}

/** All seeds of one prompt. */
export interface PromptTries {
  /** Of the prompt. */
  readonly index: number;
  readonly prompt: EncodedPrompt;
  readonly tries: readonly FullTry[];
}

export interface TriesRun {
  readonly model: LoadedModel;
  readonly encodePrompt: PromptEncoder;
  readonly compile: Compile;
  readonly settings: SamplingSettings;
  readonly prompts: readonly Prompt[];
  /** Places of the prompts that are drawn; default: all. */
  readonly indices?: readonly number[] | undefined;
  /** Seeds of each prompt: prompt k has those from `seed` + k `maxTries` on. */
  readonly seed: number;
  readonly maxTries: number;
  readonly see: See;
  /** Who looks for what is missing. */
  readonly readers: Readers;
  readonly signal?: AbortSignal | undefined;
  /** Is told of every picture that is done. */
  readonly onProgress: (done: number) => void;
}

/**
 * Draws every seed of every prompt to its end, so that any rule of trying can be played on them afterwards; short prompts first.
 * Throws CancelledError, and InputError for a network that is not B-cos.
 */
export async function* fullTries(run: TriesRun): AsyncGenerator<PromptTries, void, undefined> {
  const { model, encodePrompt, settings, prompts, indices = [...prompts.keys()], signal } = run;
  const encoded = await Promise.all(
    indices.map(async (index) => [index, await encodePrompt(prompts[index]!.caption)] as const),
  );
  const inOrder = encoded.sort(([, a], [, b]) => a.count - b.count);
  const { compile, release } = reusing(run.compile, KEPT);
  let done = 0;
  try {
    for (const [index, prompt] of inOrder) {
      throwIfCancelled(signal);
      const drawing = { model, encodePrompt, prompt, settings, compile };
      const first = deriveSeed(run.seed, index * run.maxTries);
      const seeds = Array.from({ length: run.maxTries }, (_, k) => deriveSeed(first, k));
      const runs = await drawn(drawing, run.readers, seeds, signal, () => run.onProgress(++done));
      const seen = await run.see(runs.map(({ picture }) => picture));
      const tries = runs.map(({ picture: _, ...own }, k) => ({
        ...own,
        shows: askedAspects(prompts[index]!, seen[k]!).every(([, isRight]) => isRight),
      }));
      yield { index, prompt, tries };
    }
  } finally {
    await release();
  }
}

interface DrawnTry extends Omit<FullTry, "shows"> {
  readonly picture: Float32Array; // [6, H, W]
}

/** Every seed as `generate --until-aligned` draws it, but to its end. */
async function drawn(
  drawing: Drawing,
  readers: Readers,
  seeds: readonly number[],
  signal: AbortSignal | undefined,
  onPicture: () => void,
): Promise<DrawnTry[]> {
  const tries: DrawnTry[] = [];
  const drawAll = async <Step extends SampleStep>(
    draw: (seed: number) => AsyncIterable<Step>,
    judge: Judge<Step>,
  ): Promise<void> => {
    for (const seed of seeds) {
      tries.push(await drawnToEnd(draw(seed), judge));
      onPicture();
    }
  };
  const recogniser = await recogniserFor(drawing, readers);
  if (recogniser === undefined) {
    const artist = await explainingArtist(drawing);
    const draw = (seed: number) => recordedDrawing(drawing, artist, seed, signal);
    await drawAll(draw, byWords(drawing, artist)).finally(artist.release);
  } else {
    const artist = await plainArtist(drawing);
    const draw = (seed: number) => artist.draw(seed, signal);
    await drawAll(draw, byReaders(recogniser)).finally(() => releaseAll([artist, recogniser]));
  }
  return tries;
}

async function drawnToEnd<Step extends SampleStep>(
  steps: AsyncIterable<Step>,
  { look, isLost }: Judge<Step>,
): Promise<DrawnTry> {
  let lost: FullTry["lost"] = null;
  for await (const state of steps) {
    const { step, count, x: picture } = state;
    if (step === count) return { count, lost, look: await look(state), picture };
    if (lost === null && (await isLost(state))) lost = { step, look: await look(state) };
  }
  throw new Error("a run has at least one step");
}

import { throwIfCancelled } from "../../errors.js";
import { isContentWord } from "../../explain/content-words.js";
import { pictureDistance } from "../../explain/counterfactual.js";
import { type FormValues, relevanceForms } from "../../explain/relevance-forms.js";
import type { RecordedStep } from "../../explain/timeline.js";
import { mergeWords, tokenGroups } from "../../explain/words.js";
import { STOP_PARTS, stopStep } from "../../generate/alignment.js";
import { type Drawing, type ExplainingArtist, explainingArtist, releaseAll } from "../../generate/draw.js";
import { ledgerOf, recordedDrawing } from "../../generate/explain.js";
import type { SamplingSettings } from "../../generate/sampling.js";
import { openPainter, type Painter } from "../../methods/painter.js";
import { playersOf } from "../../methods/players.js";
import { finishedPicture } from "../../methods/subject.js";
import type { LoadedModel } from "../../model/loaded.js";
import type { PromptEncoder } from "../../model/prompt-encoder.js";
import type { Compile } from "../../runtime/executable.js";
import { reusing } from "../../runtime/reuse.js";

/** A prompt's two networks, and under guidance that of the empty prompt; prompts of equal length come one after another. */
const KEPT = 3;

/** What an account says of one word of a picture. */
export interface ObservedWord {
  readonly text: string;
  /** Its place in the prompt, in UTF-16 units. */
  readonly start: number;
  readonly forms: FormValues;
  /** The same after each of `STOP_PARTS`. */
  readonly early: readonly FormValues[];
  /** How far the picture without it is, 0..1; null for words that name nothing. */
  readonly deletion: number | null;
}

/** A picture and its words. */
export interface Observation {
  /** Of the prompt. */
  readonly index: number;
  readonly picture: Float32Array; // [6, H, W]
  readonly words: readonly ObservedWord[];
}

export interface ObservingRun {
  readonly model: LoadedModel;
  readonly encodePrompt: PromptEncoder;
  readonly compile: Compile;
  readonly settings: SamplingSettings;
  readonly prompts: readonly { readonly caption: string; readonly seed: number }[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Draws and explains each prompt, and draws it without each word that names something; short prompts first, for those of
 * equal length share their networks. Throws CancelledError, and InputError for a network that is not B-cos.
 */
export async function* observe(run: ObservingRun): AsyncGenerator<Observation, void, undefined> {
  const { model, encodePrompt, settings, prompts, signal } = run;
  const encoded = await Promise.all(prompts.map(({ caption }) => encodePrompt(caption)));
  const inOrder = [...encoded.entries()].sort(([, a], [, b]) => a.count - b.count);
  const { compile, release } = reusing(run.compile, KEPT);
  try {
    for (const [index, prompt] of inOrder) {
      throwIfCancelled(signal);
      const drawing = { model, encodePrompt, prompt, settings, compile };
      yield { index, ...(await observed(drawing, prompts[index]!.seed, signal)) };
    }
  } finally {
    await release();
  }
}

async function observed(
  drawing: Drawing,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<Omit<Observation, "index">> {
  const artist = await explainingArtist(drawing);
  let painter: Painter | undefined;
  try {
    painter = await openPainter(drawing);
    const early = new Map<number, FormValues[]>();
    let last: RecordedStep | undefined;
    for await (const state of recordedDrawing(drawing, artist, seed, signal)) {
      if (stopSteps(state.count).includes(state.step)) early.set(state.step, formsOf(drawing, artist, state));
      last = state;
    }
    if (last === undefined) throw new Error("a run has at least one step");
    const { x, count } = last;
    const forms = formsOf(drawing, artist, last);
    const players = playersOf(drawing.prompt);
    const subject = finishedPicture(drawing, seed, signal);
    const words: ObservedWord[] = [];
    for (const [word, { text, start }] of drawing.prompt.encoding.words.entries()) {
      const deletion = isContentWord(text)
        ? pictureDistance(x, await painter.paint(subject, players.toSpliced(word, 1)))
        : null;
      const before = stopSteps(count).map((step) => early.get(step)![word]!);
      words.push({ text, start, forms: forms[word]!, early: before, deletion });
    }
    return { picture: x, words };
  } finally {
    await releaseAll([artist, painter]);
  }
}

/** The steps at which `STOP_PARTS` of a run of so many are done. */
const stopSteps = (count: number): number[] => STOP_PARTS.map((part) => stopStep(part, count));

function formsOf(drawing: Drawing, artist: ExplainingArtist, state: RecordedStep): FormValues[] {
  const { prompt } = drawing;
  const count = prompt.encoding.words.length;
  const merged = mergeWords(ledgerOf(drawing, artist, state), tokenGroups(prompt.tokens, count));
  return relevanceForms(merged, count);
}

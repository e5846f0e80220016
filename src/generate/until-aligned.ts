import type { RecordedStep } from "../explain/timeline.js";
import { IGNORED_FRACTION, weakestWord } from "../explain/warnings.js";

/** From this part of a run on, a word that is lost does not come back. */
const DECIDED = 0.5;

/** A word counts as lost below this part of the share at which it counts as ignored. */
const LOST = 0.75;

/** What came of one seed. */
export interface Try {
  readonly seed: number;
  /** Steps that were drawn. */
  readonly steps: number;
  /** The content word that supplies least, as a position in the prompt; null if there is none. */
  readonly word: number | null;
  /** Its share of the content times the number of words: 1 is an even share. */
  readonly level: number;
  /** `aligned`: no word is ignored; `ignored`: one is, in the finished picture; `stopped`: one was lost on the way. */
  readonly outcome: "aligned" | "ignored" | "stopped";
}

/** The tries in order, and the finished run of the best of them: the first aligned one, or that of the highest level. */
export interface Aligned {
  readonly tries: readonly Try[];
  readonly seed: number;
  readonly step: RecordedStep;
}

export interface AlignedRun {
  /** At least one. */
  readonly seeds: readonly number[];
  readonly words: readonly { readonly text: string }[];
  readonly draw: (seed: number) => AsyncIterable<RecordedStep>;
  /** Is told of every try when it ends. */
  readonly onTry?: (tried: Try) => void;
}

/**
 * Draws seed after seed until no word is ignored, and gives a seed up at the step where one is lost. If none is aligned, the
 * best is drawn to its end.
 */
export async function drawUntilAligned({ seeds, words, draw, onTry }: AlignedRun): Promise<Aligned> {
  const tries: Try[] = [];
  let best: { readonly tried: Try; readonly step: RecordedStep } | undefined;
  for (const seed of seeds) {
    const step = await lastWanted(draw(seed), words);
    const tried = judge(seed, step, words);
    tries.push(tried);
    onTry?.(tried);
    if (best === undefined || tried.level > best.tried.level) best = { tried, step };
    if (tried.outcome === "aligned") return { tries, seed, step };
  }
  if (best === undefined) throw new Error("there is at least one seed");
  const { seed, outcome } = best.tried;
  const step = outcome === "stopped" ? await lastOf(draw(seed)) : best.step;
  return { tries, seed, step };
}

function judge(seed: number, step: RecordedStep, words: AlignedRun["words"]): Try {
  const { word, level } = weakestWord(words, step.history.at(-1)!.share);
  const isFinished = step.step === step.count;
  const outcome = !isFinished ? "stopped" : level < IGNORED_FRACTION ? "ignored" : "aligned";
  return { seed, steps: step.step, word, level, outcome };
}

/** The last step, or the first at which a word is lost. */
async function lastWanted(
  steps: AsyncIterable<RecordedStep>,
  words: AlignedRun["words"],
): Promise<RecordedStep> {
  return lastOf(steps, ({ step, count, history }) => {
    const { level } = weakestWord(words, history.at(-1)!.share);
    return step >= DECIDED * count && level < LOST * IGNORED_FRACTION;
  });
}

async function lastOf(
  steps: AsyncIterable<RecordedStep>,
  isEnough: (step: RecordedStep) => boolean = () => false,
): Promise<RecordedStep> {
  let last: RecordedStep | undefined;
  for await (const step of steps) {
    last = step;
    if (isEnough(step)) break;
  }
  if (last === undefined) throw new Error("a run has at least one step");
  return last;
}

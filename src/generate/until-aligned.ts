/** How a state of a run looks. */
export interface Standing {
  /** The word that looks most ignored, as a position in the prompt; null if there is none. */
  readonly word: number | null;
  /** That word's share of the content times the number of words: 1 is an even share. */
  readonly level: number;
  /** By a calibration: the part of words that were drawn which look as ignored as that word, 0..1. */
  readonly rate?: number;
  /** What tries are ranked by, the highest best. */
  readonly standing: number;
  /** Whether the word counts as ignored in a finished picture. */
  readonly isIgnored: boolean;
}

/** Who decides which pictures are aligned, and which runs may go on. */
export interface Judge<Step> {
  readonly standing: (step: Step) => Standing;
  /** Whether a word will hardly come back after this step; of a finished picture nobody asks. */
  readonly isLost: (step: Step) => boolean;
  /** What a finished picture is asked to show and is not recognised there; nothing where nobody can tell. */
  readonly missing: (step: Step) => Promise<readonly string[]>;
}

/** What pictures are chosen by: how many things are missing, and among equals the standing. */
export interface Rank {
  readonly missing: number;
  readonly standing: number;
}

/** Whether the first is the better choice. */
export const outranks = (a: Rank, b: Rank): boolean =>
  a.missing === b.missing ? a.standing > b.standing : a.missing < b.missing;

/** What came of one seed. */
export interface Try extends Pick<Standing, "word" | "level" | "rate"> {
  readonly seed: number;
  /** Steps that were drawn. */
  readonly steps: number;
  /**
   * `aligned`: no word is ignored and nothing is missing; `ignored`: a word is, in the finished picture; `unrecognised`: none
   * is, but something is missing; `stopped`: a word was lost on the way.
   */
  readonly outcome: "aligned" | "ignored" | "unrecognised" | "stopped";
  /** What is missing in a finished picture, if anything is. */
  readonly missing?: readonly string[];
}

/** The tries in order, and the finished run of the best of them: the first aligned one, or that of the highest rank. */
export interface Aligned<Step> {
  readonly tries: readonly Try[];
  readonly seed: number;
  readonly step: Step;
}

export interface AlignedRun<Step> {
  /** At least one. */
  readonly seeds: readonly number[];
  readonly draw: (seed: number) => AsyncIterable<Step>;
  readonly judge: Judge<Step>;
  /** Is told of every try when it ends. */
  readonly onTry?: (tried: Try) => void;
}

/** Which step of how many. */
interface Numbered {
  readonly step: number;
  readonly count: number;
}

/**
 * Draws seed after seed until no word is ignored and nothing is missing, and gives a seed up at the step where a word is lost,
 * which counts as one thing missing. If none is aligned, the best is drawn to its end.
 */
export async function drawUntilAligned<Step extends Numbered>({
  seeds,
  draw,
  judge,
  onTry,
}: AlignedRun<Step>): Promise<Aligned<Step>> {
  const tries: Try[] = [];
  let best: { readonly tried: Try; readonly rank: Rank; readonly step: Step } | undefined;
  for (const seed of seeds) {
    const step = await lastOf(draw(seed), judge.isLost);
    const { word, level, rate, standing, isIgnored } = judge.standing(step);
    const isFinished = step.step === step.count;
    const missing = isFinished ? await judge.missing(step) : [];
    const outcome = isFinished ? outcomeOf(isIgnored, missing) : "stopped";
    const tried: Try = {
      ...{ seed, steps: step.step, word, level },
      ...(rate !== undefined && { rate }),
      ...{ outcome, ...(missing.length > 0 && { missing }) },
    };
    tries.push(tried);
    onTry?.(tried);
    const rank = { missing: isFinished ? missing.length : 1, standing };
    if (best === undefined || outranks(rank, best.rank)) best = { tried, rank, step };
    if (outcome === "aligned") return { tries, seed, step };
  }
  if (best === undefined) throw new Error("there is at least one seed");
  const { seed, outcome } = best.tried;
  const step = outcome === "stopped" ? await lastOf(draw(seed)) : best.step;
  return { tries, seed, step };
}

const outcomeOf = (isIgnored: boolean, missing: readonly string[]): Try["outcome"] =>
  isIgnored ? "ignored" : missing.length > 0 ? "unrecognised" : "aligned";

async function lastOf<Step extends Numbered>(
  steps: AsyncIterable<Step>,
  isEnough: (step: Step) => boolean = () => false,
): Promise<Step> {
  let last: Step | undefined;
  for await (const step of steps) {
    last = step;
    if (step.step < step.count && isEnough(step)) break;
  }
  if (last === undefined) throw new Error("a run has at least one step");
  return last;
}

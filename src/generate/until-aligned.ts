/** How the words of a state of a run stand. */
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

/** What a judge finds in a state of a run. */
export interface Look extends Standing {
  /** What is asked for and not recognised there; null where nobody can tell, so that the words decide. */
  readonly missing: readonly string[] | null;
}

/** Who decides which pictures are aligned, and which runs may go on. */
export interface Judge<Step> {
  readonly look: (step: Step) => Promise<Look>;
  /** Whether what is asked for will hardly come after this step; of a finished picture nobody asks. */
  readonly isLost: (step: Step) => Promise<boolean>;
}

/** What came of one seed. */
export interface Try extends Pick<Standing, "word" | "level" | "rate"> {
  readonly seed: number;
  /** Steps that were drawn. */
  readonly steps: number;
  /**
   * `aligned`: nothing is missing, or where nobody can tell, no word is ignored; `unrecognised`: something is missing in the
   * finished picture; `ignored`: nobody can tell, and a word is ignored; `stopped`: lost on the way.
   */
  readonly outcome: "aligned" | "ignored" | "unrecognised" | "stopped";
  /** What is missing at its end, if anything is. */
  readonly missing?: readonly string[];
}

/**
 * The tries in order, and the finished run of the best of them: the first aligned one, or that which stands highest, which, if it
 * was given up, is told of as what it became.
 */
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
  /** Is told of every try when it ends, and once more of the best if it was given up and is drawn to its end. */
  readonly onTry?: (tried: Try) => void;
}

/** Which step of how many. */
interface Numbered {
  readonly step: number;
  readonly count: number;
}

/**
 * Draws seed after seed until one is aligned, and gives a seed up at the step where it is lost. If none is aligned, the best is
 * drawn to its end, and judged by that.
 */
export async function drawUntilAligned<Step extends Numbered>({
  seeds,
  draw,
  judge,
  onTry,
}: AlignedRun<Step>): Promise<Aligned<Step>> {
  const tries: Try[] = [];
  let best: { readonly tried: Try; readonly standing: number; readonly step: Step } | undefined;
  for (const seed of seeds) {
    const step = await lastOf(draw(seed), judge.isLost);
    const look = await judge.look(step);
    const tried = tryOf(seed, step, look);
    tries.push(tried);
    onTry?.(tried);
    const { standing } = look;
    if (best === undefined || standing > best.standing) best = { tried, standing, step };
    if (tried.outcome === "aligned") return { tries, seed, step };
  }
  if (best === undefined) throw new Error("there is at least one seed");
  const { tried } = best;
  const { seed } = tried;
  if (tried.outcome !== "stopped") return { tries, seed, step: best.step };
  const step = await lastOf(draw(seed));
  const ended = tryOf(seed, step, await judge.look(step));
  onTry?.(ended);
  return { tries: tries.with(tries.indexOf(tried), ended), seed, step };
}

function tryOf(seed: number, { step, count }: Numbered, look: Look): Try {
  const { word, level, rate, missing } = look;
  return {
    ...{ seed, steps: step, word, level },
    ...(rate !== undefined && { rate }),
    ...{ outcome: step < count ? "stopped" : outcomeOf(look) },
    ...(missing !== null && missing.length > 0 && { missing }),
  };
}

function outcomeOf({ isIgnored, missing }: Look): Try["outcome"] {
  if (missing === null) return isIgnored ? "ignored" : "aligned";
  return missing.length > 0 ? "unrecognised" : "aligned";
}

async function lastOf<Step extends Numbered>(
  steps: AsyncIterable<Step>,
  isEnough: (step: Step) => Promise<boolean> = async () => false,
): Promise<Step> {
  let last: Step | undefined;
  for await (const step of steps) {
    last = step;
    if (step.step < step.count && (await isEnough(step))) break;
  }
  if (last === undefined) throw new Error("a run has at least one step");
  return last;
}

/** How the words of a state of a run stand, where words decide. */
export interface WordLook {
  readonly by: "words";
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

/** What readers find in a state of a run, where they decide. */
export interface ReaderLook {
  readonly by: "readers";
  /** What is asked for and not recognised there. */
  readonly missing: readonly string[];
  /** The smallest probability that one of them gives to something that is asked for, 0..1: what tries are ranked by, the highest best. */
  readonly standing: number;
}

/** What a judge finds in a state of a run. */
export type Look = WordLook | ReaderLook;

/** Readers that give something less probability than this are not sure that it is there. */
const SURE = 0.8;

/** Whether an aligned picture is good enough not to look for a better one. */
const isSettled = (look: Look): boolean => look.by === "words" || look.standing >= SURE;

/** Who decides which pictures are aligned, and which runs may go on. */
export interface Judge<Step> {
  readonly look: (step: Step) => Promise<Look>;
  /** Whether what is asked for will hardly come after this step; of a finished picture nobody asks. */
  readonly isLost: (step: Step) => Promise<boolean>;
}

/** What came of one seed. */
export interface Try extends Partial<Pick<WordLook, "word" | "level" | "rate">> {
  readonly seed: number;
  /** Steps that were drawn. */
  readonly steps: number;
  /**
   * `aligned`: nothing is missing, or where words decide, none is ignored; `unrecognised`: something is missing in the
   * finished picture; `ignored`: words decide, and one is ignored; `stopped`: lost on the way.
   */
  readonly outcome: "aligned" | "ignored" | "unrecognised" | "stopped";
  /** What readers miss at its end, if anything. */
  readonly missing?: readonly string[];
  /** The smallest probability, 0..1, that a reader gives to something that is asked for at its end; where readers decide. */
  readonly confidence?: number;
}

/**
 * The tries in order, and the finished run of the best of them: the first aligned one that readers are sure of, or that which stands
 * highest of the aligned ones, or of all, which, if it was given up, is told of as what it became.
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
 * Draws seed after seed until one is aligned and, where readers decide, they are sure of it; gives a seed up at the step where it is
 * lost. If there is none, the best is drawn to its end, and judged by that.
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
    const found = { tried, standing: look.standing, step };
    if (best === undefined || isBetter(found, best)) best = found;
    if (tried.outcome === "aligned" && isSettled(look)) return { tries, seed, step };
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

type Ranked = Pick<Look, "standing"> & { readonly tried: Pick<Try, "outcome"> };

/** Whether a try is better than another: an aligned one than one that is not, or else the one that stands higher. */
function isBetter(one: Ranked, other: Ranked): boolean {
  const [a, b] = [one, other].map(({ tried }) => tried.outcome === "aligned");
  return a === b ? one.standing > other.standing : a === true;
}

function tryOf(seed: number, { step, count }: Numbered, look: Look): Try {
  return {
    ...{ seed, steps: step, outcome: step < count ? "stopped" : outcomeOf(look) },
    ...(look.by === "words" ? weakestOf(look) : readingOf(look)),
  };
}

const readingOf = ({ missing, standing }: ReaderLook): Pick<Try, "missing" | "confidence"> => ({
  ...(missing.length > 0 && { missing }),
  confidence: standing,
});

const weakestOf = ({ word, level, rate }: WordLook): Pick<Try, "word" | "level" | "rate"> => ({
  ...{ word, level },
  ...(rate !== undefined && { rate }),
});

function outcomeOf(look: Look): Try["outcome"] {
  if (look.by === "words") return look.isIgnored ? "ignored" : "aligned";
  return look.missing.length > 0 ? "unrecognised" : "aligned";
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

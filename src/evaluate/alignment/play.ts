import { drawUntilAligned, type Judge } from "../../generate/until-aligned.js";
import { mean } from "../statistics/summary.js";
import type { FullTry } from "./tries.js";

/** What trying until aligned came to on one prompt, on average over where the row of seeds begins. */
export interface Played {
  /** How often the picture that is kept shows all that was asked for, 0..1. */
  readonly success: number;
  /** Steps that were drawn, in runs of full length. */
  readonly runs: number;
  /** How often the tries ended at an aligned one, 0..1. */
  readonly aligned: number;
}

/** Plays `drawUntilAligned` on seeds that were drawn to their ends before, beginning with each of them in turn. */
export async function playUntilAligned(tries: readonly FullTry[]): Promise<Played> {
  const games = await Promise.all(tries.map((_, first) => playFrom(tries, first)));
  const average = (of: (game: Played) => number) => mean(games.map(of));
  return {
    success: average(({ success }) => success),
    runs: average(({ runs }) => runs),
    aligned: average(({ aligned }) => aligned),
  };
}

/** A step of a try that was drawn before. */
interface Replayed {
  readonly step: number;
  readonly count: number;
  readonly tried: FullTry;
}

const judge: Judge<Replayed> = {
  look: async ({ step, count, tried }) => (step === count ? tried.look : tried.lost!.look),
  isLost: async ({ step, tried }) => tried.lost?.step === step,
};

async function playFrom(tries: readonly FullTry[], first: number): Promise<Played> {
  let steps = 0;
  async function* draw(seed: number): AsyncGenerator<Replayed> {
    const tried = tries[seed]!;
    for (let step = 1; step <= tried.count; step++) {
      steps++;
      yield { step, count: tried.count, tried };
    }
  }
  const { seed, step, tries: log } = await drawUntilAligned({ seeds: rotated(tries, first), draw, judge });
  return {
    success: tries[seed]!.shows ? 1 : 0,
    runs: steps / step.count,
    aligned: log.some(({ outcome }) => outcome === "aligned") ? 1 : 0,
  };
}

/**
 * How often the best of n seeds by the judge shows all that was asked for, 0..1, averaged over where the row of
 * seeds begins; between two whole n in proportion.
 */
export function bestOf(tries: readonly FullTry[], n: number): number {
  const low = Math.floor(n);
  const part = n - low;
  return (1 - part) * bestOfWhole(tries, low) + (part === 0 ? 0 : part * bestOfWhole(tries, low + 1));
}

function bestOfWhole(tries: readonly FullTry[], n: number): number {
  const kept = tries.map((_, first) => {
    const row = rotated(tries, first).slice(0, n);
    return row.reduce((best, k) => (tries[k]!.look.standing > tries[best]!.look.standing ? k : best));
  });
  return mean(kept.map((k) => (tries[k]!.shows ? 1 : 0)));
}

/** Positions of all items, beginning with one of them. */
const rotated = (items: readonly unknown[], first: number): number[] =>
  items.map((_, k) => (first + k) % items.length);

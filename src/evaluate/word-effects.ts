import { contentOf, rowAt } from "../explain/relevance.js";
import { mergeWords, tokenGroups } from "../explain/words.js";
import { wordsInSpan } from "../text/words.js";
import { type ForcedLedger, type ForcedLedgersRun, forcedLedgers } from "./forced-ledgers.js";
import type { Metric } from "./interval.js";
import { bootstrap, bootstrapMean } from "./statistics/bootstrap.js";
import { spearman } from "./statistics/correlation.js";
import { type ForcedCase, forcedNetwork } from "./teacher-forced.js";

/** What a word did to a prediction, twice told, each as a change of content [3, H, W]. */
export interface WordEffect {
  /** Index in the caption's encoding. */
  readonly word: number;
  /** By the account: the word's own part. */
  readonly contribution: Float32Array;
  /** By deletion: the prediction less that from the same noised scene with the word's tokens masked. */
  readonly effect: Float32Array;
}

export interface ForcedEffects {
  /** Of the case. */
  readonly index: number;
  readonly t: number;
  readonly words: readonly WordEffect[];
}

/**
 * What the account says of each content word beside what deleting it changes, per case and time step.
 *
 * Content words are those of any slot but "function". An account that adds up need not agree with deletions, which change
 * the gates too: how far it does is measured here. Throws as `forcedLedgers` does.
 */
export async function* wordEffects(run: ForcedLedgersRun): AsyncGenerator<ForcedEffects, void, undefined> {
  const network = await forcedNetwork(run.model, run.encodePrompt, run.compile);
  try {
    for await (const forced of forcedLedgers(run)) {
      const { index, t } = forced;
      const item = run.cases[index]!;
      const groups = tokenGroups(forced.prompt.tokens, forced.prompt.encoding.words.length);
      const merged = mergeWords(forced.ledger, groups);
      const words = contentWords(item, forced);
      const cases = words.map((word) => ({ ...item, masked: groups[word]!.tokens }));
      const without = await network.predict(cases, t);
      const whole = contentOf(merged.image); // [3, H, W]
      yield {
        index,
        t,
        words: words.map((word, i) => {
          const rest = contentOf(without[i]!);
          const effect = whole.map((value, pixel) => value - rest[pixel]!);
          return { word, contribution: contentOf(rowAt(merged, word)), effect };
        }),
      };
    }
  } finally {
    await network.release();
  }
}

/** Words of the caption that say something of the picture, by index in its encoding. */
function contentWords({ scene }: ForcedCase, { prompt }: ForcedLedger): number[] {
  const spans = scene.words.filter(({ slot }) => slot !== "function");
  return [...new Set(spans.flatMap(({ start, end }) => wordsInSpan(prompt.encoding, start, end)))];
}

/**
 * `deletion.rank.t200` and so on: rank correlation, over the content words of a caption, of how much the account gives
 * each with how much deleting it changes, averaged over scenes. `deletion.mismatch`: squared difference between the two,
 * pixel by pixel, over the squared effect, summed over all words, scenes and times; 0 where they agree, 1 for an account
 * that gives words nothing.
 */
export async function deletionMetrics(
  effects: AsyncIterable<ForcedEffects>,
): Promise<Record<string, Metric>> {
  const ranks = new Map<number, Map<number, number>>();
  const squares = new Map<number, Squares>();
  for await (const { index, t, words } of effects) {
    const rank = spearman(
      words.map(({ contribution }) => magnitude(contribution)),
      words.map(({ effect }) => magnitude(effect)),
    );
    if (rank !== null) ranks.set(t, (ranks.get(t) ?? new Map()).set(index, rank));
    const before = squares.get(index) ?? { mismatch: 0, effect: 0 };
    squares.set(index, words.reduce(withSquares, before));
  }
  const times = [...ranks.keys()].sort((a, b) => a - b);
  return {
    ...Object.fromEntries(
      times.map((t) => [`deletion.rank.t${t}`, bootstrapMean(inOrder(ranks.get(t)!))] as const),
    ),
    "deletion.mismatch": bootstrap(inOrder(squares), (scenes) => {
      const effect = scenes.reduce((total, scene) => total + scene.effect, 0);
      return effect === 0 ? null : scenes.reduce((total, scene) => total + scene.mismatch, 0) / effect;
    }),
  };
}

/** Sums over a scene's words, times and pixels. */
interface Squares {
  readonly mismatch: number;
  readonly effect: number;
}

function withSquares({ mismatch, effect }: Squares, word: WordEffect): Squares {
  return {
    mismatch:
      mismatch + word.contribution.reduce((total, value, i) => total + (value - word.effect[i]!) ** 2, 0),
    effect: effect + word.effect.reduce((total, value) => total + value ** 2, 0),
  };
}

const magnitude = (content: Float32Array): number =>
  content.reduce((total, value) => total + Math.abs(value), 0);

/** By scene, so that an interval does not depend on the order in which they came. */
const inOrder = <T>(byScene: ReadonlyMap<number, T>): T[] =>
  [...byScene].sort(([a], [b]) => a - b).map(([, value]) => value);

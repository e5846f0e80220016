import type { ExplainedStep, Ledger } from "./ledger.js";
import { contentChange, contentShares } from "./relevance.js";
import { mergeWords, type TokenGroup } from "./words.js";

/** What each word did in one step of a run. */
export interface StepRecord {
  /** Time step that the network was given. */
  readonly t: number;
  /** How much each word's content changed: the mean of |change| over pixels and rgb. */
  readonly change: number[];
  /** Each word's share of the prompt's content after the step, 0..1. */
  readonly share: number[];
}

/** A step with the records of this step and all before it. */
export interface RecordedStep extends ExplainedStep {
  readonly history: readonly StepRecord[];
}

/** Keeps the record of a run: when did each word act? `words` are the tokens of each. */
export async function* recorded(
  run: AsyncIterable<ExplainedStep>,
  { sources, size }: Pick<Ledger, "sources" | "size">,
  words: readonly TokenGroup[],
): AsyncGenerator<RecordedStep, void, undefined> {
  const values = 3 * size.height * size.width;
  const history: StepRecord[] = [];
  let before: Float32Array | undefined;
  for await (const step of run) {
    const merged = mergeWords({ sources, rows: step.rows, image: step.x, size }, words);
    // Words have nothing before the first step.
    const changes = contentChange(
      before ?? new Float32Array(merged.rows.length),
      merged.rows,
      merged.sources.length,
    );
    history.push({
      t: step.t,
      change: changes.slice(0, words.length).map((change) => change / values),
      share: contentShares(merged).slice(0, words.length),
    });
    before = merged.rows;
    yield { ...step, history: [...history] };
  }
}

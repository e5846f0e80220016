import { isContentWord } from "../explain/content-words.js";
import type { Explanation } from "../explain/schema.js";
import type { Metric } from "./interval.js";
import { bootstrapMean } from "./statistics/bootstrap.js";
import { mean } from "./statistics/summary.js";

/** A word, and its content relevance, 0..1, averaged over the prompts that hold it. */
export interface WordMean {
  readonly text: string;
  /** Whether it names something; "a", "of" and "wearing" do not. */
  readonly isContent: boolean;
  readonly relevance: Metric;
}

/** Every word's mean content relevance, highest first; a word that a prompt holds twice has the mean of both there. */
export function wordMeans(explanations: readonly Pick<Explanation, "words">[]): WordMean[] {
  const found = new Map<string, number[]>();
  for (const { words } of explanations) {
    for (const text of new Set(words.map((word) => word.text))) {
      const own = words.filter((word) => word.text === text).map(({ relevance }) => relevance.content);
      found.set(text, [...(found.get(text) ?? []), mean(own)]);
    }
  }
  return [...found]
    .map(([text, values]) => ({ text, isContent: isContentWord(text), relevance: bootstrapMean(values) }))
    .sort((a, b) => b.relevance.value - a.relevance.value || (a.text < b.text ? -1 : 1));
}

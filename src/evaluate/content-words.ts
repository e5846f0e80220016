import type { Prompt } from "../data/prompts.js";
import type { Explanation } from "../explain/schema.js";
import type { Metric } from "./interval.js";
import { bootstrap, bootstrapMean } from "./statistics/bootstrap.js";
import { auroc } from "./statistics/detection.js";
import { mean } from "./statistics/summary.js";

/** A word of the grammar, and its content relevance, 0..1, averaged over the prompts that hold it. */
export interface WordMean {
  readonly text: string;
  /** Whether it says something of the picture; "a", "of" and "wearing" do not. */
  readonly isContent: boolean;
  readonly relevance: Metric;
}

interface Occurrence {
  readonly text: string;
  readonly isContent: boolean;
  readonly relevance: number;
}

/**
 * Every word's mean content relevance, highest first. An explanation belongs to the prompt of its text; a word that a prompt
 * holds twice has the mean of both there.
 */
export function wordMeans(explanations: readonly Explanation[], prompts: readonly Prompt[]): WordMean[] {
  const found = [...byWord(occurrences(explanations, prompts))].map(([text, own]) => ({
    text,
    isContent: own[0]!.isContent,
    relevance: bootstrapMean(own.map(({ relevance }) => relevance)),
  }));
  return found.sort((a, b) => b.relevance.value - a.relevance.value || (a.text < b.text ? -1 : 1));
}

/**
 * `content.auroc`: how often a content word's mean relevance is above a function word's, over all pairs of different words;
 * the prompts are the samples. Empty without words of both kinds.
 */
export function contentMetrics(
  explanations: readonly Explanation[],
  prompts: readonly Prompt[],
): Record<string, Metric> {
  const samples = occurrences(explanations, prompts);
  const separation = (drawn: readonly (readonly Occurrence[])[]): number | null =>
    auroc(
      [...byWord(drawn).values()].map((own) => ({
        score: mean(own.map(({ relevance }) => relevance)),
        positive: own[0]!.isContent,
      })),
    );
  return samples.length === 0 || separation(samples) === null
    ? {}
    : { "content.auroc": bootstrap(samples, separation) };
}

/** The words of each explanation of a known prompt, each once. */
function occurrences(explanations: readonly Explanation[], prompts: readonly Prompt[]): Occurrence[][] {
  const byText = new Map(prompts.map((prompt) => [prompt.caption, prompt]));
  return explanations.flatMap((explanation) => {
    const prompt = byText.get(explanation.prompt);
    return prompt === undefined ? [] : [wordsOf(explanation, prompt)];
  });
}

function wordsOf({ words }: Explanation, prompt: Prompt): Occurrence[] {
  const said = words.flatMap(({ span: [start], relevance }) => {
    const word = prompt.words.find((candidate) => candidate.start <= start && start < candidate.end);
    if (word === undefined) return [];
    return [{ text: word.text, isContent: word.slot !== "function", relevance: relevance.content }];
  });
  return [...byWord([said])].map(([text, own]) => ({
    text,
    isContent: own[0]!.isContent,
    relevance: mean(own.map(({ relevance }) => relevance)),
  }));
}

function byWord(samples: readonly (readonly Occurrence[])[]): Map<string, Occurrence[]> {
  const words = new Map<string, Occurrence[]>();
  for (const occurrence of samples.flat()) {
    const own = words.get(occurrence.text);
    if (own === undefined) words.set(occurrence.text, [occurrence]);
    else own.push(occurrence);
  }
  return words;
}

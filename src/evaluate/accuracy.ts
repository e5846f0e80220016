import { asks } from "../classifier/asked.js";
import { ASPECTS, type Aspect, type Classifier, verdict } from "../classifier/classify.js";
import type { Head } from "../classifier/labels.js";
import type { Prompt } from "../data/prompts.js";
import { type Metric, shareMetric } from "./interval.js";

/** A picture [64, 64, 3] in 0..255 and the prompt that it was drawn from. */
export interface Drawn {
  readonly rgb: Uint8Array;
  readonly prompt: Prompt;
}

/**
 * How often pictures show what their prompts ask for, by the classifier: `accuracy.object` and so on, under a prefix.
 *
 * A picture counts for an aspect only if its prompt says it; a prompt without a hat asks for none. `all` is the share of
 * pictures that show everything asked for. An aspect that no prompt asks for has no figure.
 */
export async function accuracyMetrics(
  drawn: readonly Drawn[],
  judge: Classifier,
  prefix = "",
): Promise<Record<string, Metric>> {
  const seen = await judge.classify(drawn.map(({ rgb }) => rgb));
  const verdicts = drawn.map(({ prompt }, i) => askedAspects(prompt, seen[i]!));
  const of = (aspect: Aspect) =>
    verdicts.flatMap((pairs) => pairs.flatMap(([own, value]) => (own === aspect ? [value] : [])));
  const entries = ASPECTS.flatMap((aspect) => {
    const found = of(aspect);
    return found.length === 0 ? [] : [[`${prefix}accuracy.${aspect}`, shareMetric(found)] as const];
  });
  const all = verdicts.map((pairs) => pairs.every(([, value]) => value));
  return { ...Object.fromEntries(entries), [`${prefix}accuracy.all`]: shareMetric(all) };
}

/** For each aspect that a prompt asks for, whether a picture shows it, by what the classifier sees there. */
export function askedAspects(
  prompt: Prompt,
  seen: Readonly<Record<Head, number>>,
): (readonly [Aspect, boolean])[] {
  const right = verdict(seen, prompt.attributes);
  return ASPECTS.flatMap((aspect) => {
    const value = asks(prompt, aspect) ? right[aspect] : null;
    return value === null ? [] : [[aspect, value] as const];
  });
}

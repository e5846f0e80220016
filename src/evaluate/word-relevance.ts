import type { Prompt } from "../data/prompts.js";
import type { Explanation } from "../explain/schema.js";
import type { Metric } from "./interval.js";
import { bootstrap } from "./statistics/bootstrap.js";
import { median } from "./statistics/summary.js";

/** Words that a caption needs and a picture does not. */
const FUNCTION_WORDS: readonly string[] = ["a", "of", "on", "with"];

const ROLES = ["object", "hat", "colour", "function"] as const;
type Role = (typeof ROLES)[number];

/** Content relevance, 0..1, of the words of one explained prompt that have each role. */
type Relevances = Readonly<Record<Role, readonly number[]>>;

/**
 * How much content words of different kinds supply, by their median content relevance over all prompts:
 * `relevance.object`, `.hat`, `.colour` (of object or hat) and `.function`; `relevance.contentOverFunction` is the least of
 * the first three over the last.
 *
 * An explanation belongs to the prompt of its text. A figure that no word has is left out.
 */
export function wordRelevanceMetrics(
  explanations: readonly Explanation[],
  prompts: readonly Prompt[],
): Record<string, Metric> {
  const byText = new Map(prompts.map((prompt) => [prompt.caption, prompt]));
  const samples = explanations.flatMap((explanation) => {
    const prompt = byText.get(explanation.prompt);
    return prompt === undefined ? [] : [relevancesOf(explanation, prompt)];
  });
  const medianOf = (role: Role) => (of: readonly Relevances[]) => {
    const values = of.flatMap((sample) => sample[role]);
    return values.length === 0 ? null : median(values);
  };
  const leastOverFunction = (of: readonly Relevances[]) => {
    const [object, hat, colour, rest] = ROLES.map((role) => medianOf(role)(of));
    if (object == null || hat == null || colour == null || rest == null || rest === 0) return null;
    return Math.min(object, hat, colour) / rest;
  };
  const statistics = [
    ...ROLES.map((role) => [`relevance.${role}`, medianOf(role)] as const),
    ["relevance.contentOverFunction", leastOverFunction] as const,
  ];
  return Object.fromEntries(
    statistics.flatMap(([name, statistic]) =>
      samples.length === 0 || statistic(samples) === null ? [] : [[name, bootstrap(samples, statistic)]],
    ),
  );
}

function relevancesOf({ words }: Explanation, prompt: Prompt): Relevances {
  const of = (wanted: Role) =>
    words.flatMap(({ span: [start], relevance }) => {
      const said = prompt.words.find((word) => word.start <= start && start < word.end);
      return said !== undefined && roleOf(said) === wanted ? [relevance.content] : [];
    });
  return { object: of("object"), hat: of("hat"), colour: of("colour"), function: of("function") };
}

function roleOf({ slot, text }: Prompt["words"][number]): Role | null {
  switch (slot) {
    case "object":
    case "hat":
      return slot;
    case "objectColour":
    case "hatColour":
      return "colour";
    default:
      return FUNCTION_WORDS.includes(text) ? "function" : null;
  }
}

import type { Attributes } from "./attributes.js";
import { HELD_OUT, type Topic } from "./held-out.js";
import type { Random } from "./random.js";
import { NATURAL_HAT_COLOURS, NATURAL_OBJECT_COLOURS, USUAL_STYLE } from "./vocabulary.js";

/** How to say it: which topics are named, and which of several equal phrases is used. */
export interface Wording {
  readonly topics: ReadonlySet<Topic>;
  /** Generic captions say "hat" for a top hat or a straw hat. */
  readonly hatNoun: "exact" | "generic";
  readonly wear: "wearing" | "in" | "with";
}

const TOPICS: readonly Topic[] = [
  "style",
  "count",
  "size",
  "objectColour",
  "hat",
  "hatColour",
  "position",
  "background",
];

/** Everything named, in the plainest words. */
export const FULL_WORDING: Wording = { topics: new Set(TOPICS), hatNoun: "exact", wear: "wearing" };

/**
 * A wording with optional topics dropped at random; hats, counts, held-out combinations and styles but the usual one are
 * always named.
 */
export function sampleWording(random: Random, attributes: Attributes): Wording {
  const { object, style, objectColour, hat, hatColour } = attributes;
  const ownColour = NATURAL_OBJECT_COLOURS[object].includes(objectColour);
  const ownHatColour = hat !== null && hatColour !== null && NATURAL_HAT_COLOURS[hat].includes(hatColour);
  const chances: readonly (readonly [Topic, number])[] = [
    ["style", style === USUAL_STYLE ? 0.25 : 1],
    ["count", 1],
    ["size", 0.8],
    ["objectColour", ownColour ? 0.25 : 0.92],
    ["hat", 1],
    ["hatColour", ownHatColour ? 0.4 : 0.85],
    ["position", 0.85],
    ["background", 0.88],
  ];
  const named = chances.filter(([, chance]) => random.chance(chance)).map(([topic]) => topic);
  const due = HELD_OUT.filter((combination) => combination.holds(attributes)).flatMap(({ topics }) => topics);
  return {
    topics: new Set([...named, ...due]),
    hatNoun: random.chance(0.3) ? "generic" : "exact",
    wear: random.chance(0.7) ? "wearing" : random.pick(["in", "with"]),
  };
}

import { type Attributes, isUsualBackground } from "./attributes.js";
import { HELD_OUT, type Topic } from "./held-out.js";
import type { Random } from "./random.js";
import { NATURAL_HAT_COLOURS, NATURAL_OBJECT_COLOURS, USUAL_STYLE } from "./vocabulary.js";

/** How to say it: which topics are named, and which of several equal phrases is used. */
export interface Wording {
  readonly topics: ReadonlySet<Topic>;
  /** Generic captions say "hat" for a top hat. */
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
 * A wording that names what cannot be known otherwise, and at random what goes without saying: the usual style, colours and
 * background. Held-out combinations are always named.
 */
export function sampleWording(random: Random, attributes: Attributes): Wording {
  const { object, style, objectColour, hat, hatColour, background } = attributes;
  const ownColour = NATURAL_OBJECT_COLOURS[object][0] === objectColour;
  const ownHatColour = hat !== null && NATURAL_HAT_COLOURS[hat][0] === hatColour;
  const chances: readonly (readonly [Topic, number])[] = [
    ["style", style === USUAL_STYLE ? 0.25 : 1],
    ["count", 1],
    ["size", 1],
    ["objectColour", ownColour ? 0.25 : 1],
    ["hat", 1],
    ["hatColour", ownHatColour ? 0.4 : 1],
    ["position", 1],
    ["background", isUsualBackground(background) ? 0.5 : 1],
  ];
  const named = chances.filter(([, chance]) => random.chance(chance)).map(([topic]) => topic);
  const due = HELD_OUT.filter((combination) => combination.holds(attributes)).flatMap(({ topics }) => topics);
  return {
    topics: new Set([...named, ...due]),
    hatNoun: random.chance(0.3) ? "generic" : "exact",
    wear: random.chance(0.7) ? "wearing" : random.pick(["in", "with"]),
  };
}

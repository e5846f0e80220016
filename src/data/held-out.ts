import type { Attributes } from "./attributes.js";

/** A slot of the grammar, named as in Attributes. */
export type Topic =
  | "style"
  | "count"
  | "size"
  | "objectColour"
  | "hat"
  | "hatColour"
  | "position"
  | "background";

/** A combination that training never shows, though it shows each of its parts. */
export interface HeldOutCombination {
  readonly name: string;
  /** What a caption has to say for the combination to be asked for. */
  readonly topics: readonly Topic[];
  readonly holds: (attributes: Attributes) => boolean;
}

/** Two of each kind: object with hat colour, own colour, hat, background; count with background. */
export const HELD_OUT: readonly HeldOutCombination[] = [
  {
    name: "penguin with a green hat",
    topics: ["hat", "hatColour"],
    holds: (a) => a.object === "penguin" && a.hatColour === "green",
  },
  {
    name: "goat with a purple hat",
    topics: ["hat", "hatColour"],
    holds: (a) => a.object === "goat" && a.hatColour === "purple",
  },
  {
    name: "blue flamingo",
    topics: ["objectColour"],
    holds: (a) => a.object === "flamingo" && a.objectColour === "blue",
  },
  {
    name: "green cat",
    topics: ["objectColour"],
    holds: (a) => a.object === "cat" && a.objectColour === "green",
  },
  {
    name: "banana with a crown",
    topics: ["hat"],
    holds: (a) => a.object === "banana" && a.hat === "crown",
  },
  {
    name: "flamingo with a cap",
    topics: ["hat"],
    holds: (a) => a.object === "flamingo" && a.hat === "cap",
  },
  {
    name: "goat at night",
    topics: ["background"],
    holds: (a) => a.object === "goat" && a.background.backdrop === "night",
  },
  {
    name: "flamingo in the snow",
    topics: ["background"],
    holds: (a) => a.object === "flamingo" && a.background.backdrop === "snow",
  },
  {
    name: "two cats in the snow",
    topics: ["count", "background"],
    holds: (a) => a.object === "cat" && a.count === 2 && a.background.backdrop === "snow",
  },
  {
    name: "three bananas on the grass",
    topics: ["count", "background"],
    holds: (a) => a.object === "banana" && a.count === 3 && a.background.backdrop === "grass",
  },
];

/** Whether the attributes show a combination that training never shows. */
export function isHeldOut(attributes: Attributes): boolean {
  return HELD_OUT.some((combination) => combination.holds(attributes));
}

import type { Attributes, Background } from "../data/attributes.js";
import { BACKDROPS, COLOURS, COUNTS, HATS, OBJECTS, POSITIONS } from "../data/vocabulary.js";

/** What the classifier tells about a picture, each with its classes, in the order of its outputs. */
export const HEADS = {
  object: OBJECTS,
  objectColour: COLOURS,
  count: COUNTS,
  hat: ["none", ...HATS],
  hatColour: COLOURS,
  position: POSITIONS,
  backdrop: BACKDROPS,
  ground: COLOURS,
} as const;
export type Head = keyof typeof HEADS;

export const HEAD_NAMES: readonly Head[] = [
  "object",
  "objectColour",
  "count",
  "hat",
  "hatColour",
  "position",
  "backdrop",
  "ground",
];

/** The class of each head as its number; null where the question has no answer, such as the colour of no hat. */
export type Labels = Readonly<Record<Head, number | null>>;

export function labelsOf(attributes: Attributes): Labels {
  const { object, objectColour, count, hat, hatColour, position, background } = attributes;
  return {
    object: OBJECTS.indexOf(object),
    objectColour: COLOURS.indexOf(objectColour),
    count: COUNTS.indexOf(count),
    hat: HEADS.hat.indexOf(hat ?? "none"),
    hatColour: hatColour === null ? null : COLOURS.indexOf(hatColour),
    position: POSITIONS.indexOf(position),
    backdrop: BACKDROPS.indexOf(background.backdrop),
    ground: groundOf(background),
  };
}

const groundOf = ({ colour }: Background): number | null =>
  colour === null ? null : COLOURS.indexOf(colour);

/** Where each head's outputs begin, and how many there are in all. */
export const headOffsets = (() => {
  let total = 0;
  const offsets = new Map<Head, number>();
  for (const head of HEAD_NAMES) {
    offsets.set(head, total);
    total += HEADS[head].length;
  }
  return { offsets, total };
})();

/** One 1 for each head that has an answer: [55]. */
export function oneHot(labels: Labels): Float32Array {
  const target = new Float32Array(headOffsets.total);
  for (const head of HEAD_NAMES) {
    const label = labels[head];
    if (label !== null) target[headOffsets.offsets.get(head)! + label] = 1;
  }
  return target;
}

/** The probability that a head gives to one of its classes, 0..1; `outputs` [55]. */
export function probabilityOf(outputs: Float32Array, head: Head, label: number): number {
  const start = headOffsets.offsets.get(head)!;
  const own = outputs.subarray(start, start + HEADS[head].length);
  return 1 / own.reduce((sum, value) => sum + Math.exp(value - own[label]!), 0);
}

/** The class with the largest output of each head; `outputs` [55]. */
export function labelsFrom(outputs: Float32Array): Record<Head, number> {
  const best = (head: Head): number => {
    const start = headOffsets.offsets.get(head)!;
    const own = outputs.subarray(start, start + HEADS[head].length);
    return own.reduce((top, value, i) => (value > own[top]! ? i : top), 0);
  };
  return {
    object: best("object"),
    objectColour: best("objectColour"),
    count: best("count"),
    hat: best("hat"),
    hatColour: best("hatColour"),
    position: best("position"),
    backdrop: best("backdrop"),
    ground: best("ground"),
  };
}

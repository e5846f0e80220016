import {
  BACKDROPS,
  COLOURS,
  type Colour,
  type Count,
  HATS,
  type HatName,
  OBJECTS,
  USUAL_HAT,
} from "../data/vocabulary.js";
import { HEADS, type Labels } from "./labels.js";

/** Words of captions that ask for nothing that a classifier tells. */
const UNASKED: ReadonlySet<string> = new Set(
  "a an and at in of on the with wearing small big cartoon flat drawing render blob outline fruit food pet animal farm bird tropical".split(
    " ",
  ),
);

const NUMBERS: Readonly<Record<string, Count>> = { two: 2, three: 3 };
const PLACES = ["left", "right"] as const;
const SCENES = BACKDROPS.filter((backdrop) => backdrop !== "plain" && backdrop !== "striped");

/** What a prompt's words say, as far as they have been read. */
interface Reading {
  readonly objects: readonly { readonly place: number; readonly label: number; readonly isPlural: boolean }[];
  readonly hats: readonly { readonly place: number; readonly hat: HatName }[];
  readonly counts: readonly Count[];
  readonly positions: readonly (typeof PLACES)[number][];
  readonly backdrops: readonly (typeof BACKDROPS)[number][];
  readonly ground: Colour | null;
}

/**
 * The labels that a picture must have to show what a prompt of these words asks for, read as captions of the grammar mean
 * them: silence asks for no hat. Null for words that scenes do not have, and for more than one kind of thing.
 */
export function saidLabels(prompt: readonly string[]): Labels | null {
  const words = prompt.map((word) => word.toLowerCase()).filter((word) => /[\p{L}\p{N}]/u.test(word));
  const read = readingOf(words);
  const [object, ...objects] = read?.objects ?? [];
  if (read === null || object === undefined || objects.length > 0 || read.hats.length > 1) return null;
  const [hat] = read.hats;
  const [count] = read.counts;
  const [position] = read.positions;
  const [backdrop] = read.backdrops;
  return {
    object: object.label,
    objectColour: colourBefore(words, object.place),
    count: count === undefined ? (object.isPlural ? null : 0) : count - 1,
    hat: HEADS.hat.indexOf(hat?.hat ?? "none"),
    hatColour: hat === undefined ? null : colourBefore(words, hat.place),
    position: position === undefined ? null : HEADS.position.indexOf(position),
    backdrop: backdrop === undefined ? null : BACKDROPS.indexOf(backdrop),
    ground: read.ground === null ? null : COLOURS.indexOf(read.ground),
  };
}

/** Null if a word is none of the scenes' vocabulary. */
function readingOf(words: readonly string[]): Reading | null {
  const objects: Reading["objects"][number][] = [];
  const hats: Reading["hats"][number][] = [];
  const counts: Count[] = [];
  const positions: Reading["positions"][number][] = [];
  const backdrops: Reading["backdrops"][number][] = [];
  let ground: Colour | null = null;
  for (const [place, word] of words.entries()) {
    const object = OBJECTS.findIndex((name) => isNoun(word, name));
    const hat = hatAt(words, place);
    if (object >= 0) objects.push({ place, label: object, isPlural: word !== OBJECTS[object] });
    else if (hat !== null) hats.push(hat);
    else if (Object.hasOwn(NUMBERS, word)) counts.push(NUMBERS[word]!);
    else if (includes(PLACES, word)) positions.push(word);
    else if (includes(SCENES, word)) backdrops.push(word);
    else if (word === "background") {
      const isStriped = words[place - 1] === "striped";
      const colour = words[place - (isStriped ? 2 : 1)] ?? "";
      if (!includes(COLOURS, colour)) return null;
      backdrops.push(isStriped ? "striped" : "plain");
      ground = colour;
    } else if (!isPart(words, place)) return null;
  }
  if (backdrops.length > 1 || counts.length > 1 || positions.length > 1) return null;
  return { objects, hats, counts, positions, backdrops, ground };
}

/** The hat whose last word is at a place; its own place is that of its first word. */
function hatAt(words: readonly string[], place: number): Reading["hats"][number] | null {
  const word = words[place]!;
  for (const hat of HATS) {
    const parts = hat.split(" ");
    const start = place - parts.length + 1;
    const isNamed = parts.slice(0, -1).every((part, i) => words[start + i] === part);
    if (isNamed && isNoun(word, parts.at(-1)!)) return { place: start, hat };
  }
  return isNoun(word, "hat") ? { place, hat: USUAL_HAT } : null;
}

/** Whether a word asks for nothing by itself: a colour, the first word of a hat, or one that nobody could show. */
function isPart(words: readonly string[], place: number): boolean {
  const word = words[place]!;
  const next = words[place + 1] ?? "";
  return (
    UNASKED.has(word) ||
    includes(COLOURS, word) ||
    (word === "striped" && next === "background") ||
    ((word === "top" || word === "straw") && isNoun(next, "hat"))
  );
}

const isNoun = (word: string, noun: string): boolean => word === noun || word === `${noun}s`;

/** The colour that stands before a word, as its label. */
function colourBefore(words: readonly string[], place: number): number | null {
  const colour = words[place - 1] ?? "";
  return includes(COLOURS, colour) ? COLOURS.indexOf(colour) : null;
}

const includes = <T extends string>(items: readonly T[], word: string): word is T =>
  items.some((item) => item === word);

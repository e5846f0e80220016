import type { Attributes, Background } from "./attributes.js";
import type { Topic } from "./held-out.js";
import type { Random } from "./random.js";
import { type ObjectName, type Style, USUAL_HAT } from "./vocabulary.js";
import { FULL_WORDING, sampleWording, type Wording } from "./wording.js";

/** What a caption's word is about. */
export type Slot =
  | "object"
  | "objectColour"
  | "count"
  | "hat"
  | "hatColour"
  | "background"
  | "size"
  | "position"
  | "style"
  | "function";

/** A word of a caption: `text` is caption.slice(start, end), in UTF-16 units, without punctuation. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly slot: Slot;
}

export interface Caption {
  readonly caption: string;
  readonly words: readonly Word[];
}

type Piece = readonly [text: string, slot: Slot];

const STYLE_NOUN: Readonly<Record<Style, string>> = {
  cartoon: "cartoon",
  drawing: "flat drawing",
  render: "render",
  blob: "blob drawing",
  outline: "outline drawing",
};

/** What else an object may be called in a list of key words. */
const KEYWORDS: Readonly<Record<ObjectName, readonly string[]>> = {
  banana: ["fruit", "food"],
  cat: ["pet", "animal"],
  goat: ["farm", "animal"],
  flamingo: ["bird", "tropical"],
  penguin: ["bird", "animal"],
};

function words(text: string, slot: Slot): Piece[] {
  return text.split(" ").map((word) => [word, slot] as const);
}

function withArticle(pieces: readonly Piece[]): Piece[] {
  const article = /^[aeiou]/.test(pieces[0]?.[0] ?? "") ? "an" : "a";
  return [[article, "function"], ...pieces];
}

/** Joins pieces with spaces, and groups with commas. */
function assemble(groups: readonly (readonly Piece[])[]): Caption {
  const spans: Word[] = [];
  let caption = "";
  for (const group of groups) {
    if (caption !== "") caption += ",";
    for (const [text, slot] of group) {
      if (caption !== "") caption += " ";
      spans.push({ text, start: caption.length, end: caption.length + text.length, slot });
      caption += text;
    }
  }
  return { caption, words: spans };
}

function backgroundNouns({ backdrop, colour }: Background): Piece[] {
  if (colour === null) return words(backdrop, "background");
  return words(
    backdrop === "striped" ? `${colour} striped background` : `${colour} background`,
    "background",
  );
}

function backgroundPhrase(background: Background): Piece[] {
  const nouns = backgroundNouns(background);
  switch (background.backdrop) {
    case "night":
      return [["at", "function"], ...nouns];
    case "snow":
      return [...words("in the", "function"), ...nouns];
    case "grass":
    case "beach":
      return [...words("on the", "function"), ...nouns];
    default:
      return [["on", "function"], ...withArticle(nouns)];
  }
}

function objectNouns(attributes: Attributes, topics: ReadonlySet<Topic>): Piece[] {
  const { object, count, size, objectColour } = attributes;
  const nouns: Piece[] = [];
  if (topics.has("size") && size !== "medium") nouns.push([size, "size"]);
  if (topics.has("objectColour")) nouns.push([objectColour, "objectColour"]);
  nouns.push([count > 1 ? `${object}s` : object, "object"]);
  return nouns;
}

function countedObject(attributes: Attributes, topics: ReadonlySet<Topic>): Piece[] {
  const nouns = objectNouns(attributes, topics);
  if (attributes.count === 1) return withArticle(nouns);
  return [[attributes.count === 2 ? "two" : "three", "count"], ...nouns];
}

function hatNouns({ hat, hatColour, count }: Attributes, wording: Wording): Piece[] {
  if (hat === null || hatColour === null || !wording.topics.has("hat")) return [];
  const noun = wording.hatNoun === "generic" && hat === USUAL_HAT ? "hat" : hat;
  const named = words(count > 1 ? `${noun}s` : noun, "hat");
  return wording.topics.has("hatColour") ? [[hatColour, "hatColour"], ...named] : named;
}

/** A sentence of the grammar; the topics that the attributes leave at their default are never named. */
export function captionFor(attributes: Attributes, wording: Wording = FULL_WORDING): Caption {
  const { count, position, background } = attributes;
  const { topics } = wording;
  const pieces: Piece[] = [];
  if (topics.has("style")) {
    pieces.push(...withArticle(words(STYLE_NOUN[attributes.style], "style")), ["of", "function"]);
  }
  pieces.push(...countedObject(attributes, topics));
  const hat = hatNouns(attributes, wording);
  if (hat.length > 0) pieces.push([wording.wear, "function"], ...(count > 1 ? hat : withArticle(hat)));
  if (topics.has("position") && position !== "centre") {
    pieces.push(...words("on the", "function"), [position, "position"]);
  }
  if (topics.has("background")) pieces.push(...backgroundPhrase(background));
  return assemble([pieces]);
}

/** Key words in the given order of chances: "goat, red cap, beach, animal". */
export function keywordCaption(random: Random, attributes: Attributes, wording: Wording): Caption {
  const { object, style, count, position, background } = attributes;
  const { topics } = wording;
  const nouns = objectNouns(attributes, topics);
  const number: Piece[] = count === 1 ? [] : [[count === 2 ? "two" : "three", "count"]];
  const groups: Piece[][] = [[...number, ...nouns]];
  const hat = hatNouns(attributes, wording);
  if (hat.length > 0) groups.push(hat);
  if (topics.has("background")) groups.push(backgroundNouns(background));
  if (topics.has("position") && position !== "centre") groups.push([[position, "position"]]);
  if (topics.has("style")) groups.push(words(STYLE_NOUN[style], "style"));
  if (random.chance(0.4)) groups.push([[random.pick(KEYWORDS[object]), "object"]]);
  for (let i = groups.length - 1; i > 0; i--) {
    const j = Math.floor(random.next() * (i + 1));
    [groups[i], groups[j]] = [groups[j]!, groups[i]!];
  }
  return assemble(groups);
}

/** A caption of one scene: a sentence in 85 of 100 scenes, key words in the others. */
export function sampleCaption(random: Random, attributes: Attributes): Caption {
  const wording = sampleWording(random, attributes);
  return random.chance(0.15) ? keywordCaption(random, attributes, wording) : captionFor(attributes, wording);
}

import { HEADS, type Head } from "../../classifier/labels.js";
import type { Attributes } from "../../data/attributes.js";
import type { Slot, Word } from "../../data/caption.js";
import { BACKDROPS, COLOURS, COUNTS, OBJECTS, POSITIONS } from "../../data/vocabulary.js";
import type { NeglectPrompt } from "./prompts.js";

/** What the classifier sees in a picture: the class of each head. */
export type Seen = Readonly<Record<Head, number>>;

/** Slots that describe a thing, and so mean nothing where that thing was never learnt. */
const DESCRIBES: Readonly<Record<"object" | "hat", readonly Slot[]>> = {
  object: ["object", "objectColour", "count"],
  hat: ["hat", "hatColour"],
};

/**
 * Whether a picture shows what a word of its prompt names, by the classifier; a thing that training never shows is never
 * drawn. Null for words that the classifier has no answer for, such as "cartoon", "small" and "a".
 */
export function isDrawn(word: Word, { attributes, untrained }: NeglectPrompt, seen: Seen): boolean | null {
  if (untrained === null) return shows(word, attributes, seen);
  if (word.start === untrained.start) return false;
  const described = untrained.slot === "hat" ? DESCRIBES.hat : DESCRIBES.object;
  return described.includes(word.slot) ? null : shows(word, attributes, seen);
}

function shows({ text, slot }: Word, attributes: Attributes, seen: Seen): boolean | null {
  const isColour = (head: "objectColour" | "hatColour" | "ground") => COLOURS[seen[head]] === text;
  const hat = HEADS.hat[seen.hat];
  switch (slot) {
    case "object":
      return OBJECTS[seen.object] === attributes.object;
    case "objectColour":
      return isColour("objectColour");
    case "count":
      return COUNTS[seen.count] === attributes.count;
    case "hat":
      // "hat" alone is any; "top", "straw", "cap" and "crown" say which
      return text.startsWith("hat") ? hat !== "none" : hat === attributes.hat;
    case "hatColour":
      return hat !== "none" && isColour("hatColour");
    case "position":
      return POSITIONS[seen.position] === text;
    case "background":
      return showsBackground(text, seen);
    default:
      return null;
  }
}

function showsBackground(text: string, { backdrop, ground }: Seen): boolean {
  const shown = BACKDROPS[backdrop];
  const isGround = shown === "plain" || shown === "striped";
  if (text === "background") return isGround;
  return shown === text || (isGround && COLOURS[ground] === text);
}

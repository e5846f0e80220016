import type { Split } from "../../data/attributes.js";
import type { Word } from "../../data/caption.js";
import { fixedPrompts, type Prompt } from "../../data/prompts.js";
import { randomFor } from "../../data/random.js";

/** Things that no scene shows, in the place of an object or of a hat; each begins with a consonant, as those do. */
const UNTRAINED = {
  object: "shark horse spider dragon bicycle teapot robot castle guitar tree".split(" "),
  hat: "helmet wig ribbon mask".split(" "),
} as const;

/** A prompt with words that may be ignored, and where it comes from. */
export interface NeglectPrompt extends Prompt {
  /** Combinations as in training, or held out; or a word for a thing that training never shows. */
  readonly source: Split | "untrained";
  /** That word; null if there is none. */
  readonly untrained: Word | null;
}

/** Where five prompts in a row come from. */
const CYCLE = ["train", "heldOut", "train", "untrained", "train"] as const;

/** Halves of the prompts: what a detector is fitted on, and what it is measured on. */
export type Half = "fit" | "report";

/** The half of a prompt by its place in the list: five at a time, so that both hold prompts of every source alike. */
export const halfOf = (index: number): Half =>
  Math.floor(index / CYCLE.length) % 2 === 0 ? "fit" : "report";

/** The first `count` prompts for measuring detectors of ignored words; a longer list starts with a shorter one. Throws UsageError as `fixedPrompts`. */
export function neglectPrompts(count: number): NeglectPrompt[] {
  const train = fixedPrompts(count);
  const heldOut = fixedPrompts(Math.ceil(count / CYCLE.length), "heldOut");
  const next = { train: 0, heldOut: 0 };
  return Array.from({ length: count }, (_, index) => {
    const source = CYCLE[index % CYCLE.length]!;
    const split = source === "heldOut" ? "heldOut" : "train";
    const prompt = (split === "heldOut" ? heldOut : train)[next[split]++]!;
    return source === "untrained" ? withUntrained(prompt, index) : { ...prompt, source, untrained: null };
  });
}

/** The prompt with its object, or sometimes its hat, called by a name that training never shows. */
function withUntrained({ caption, words, attributes }: Prompt, index: number): NeglectPrompt {
  const random = randomFor(0, index, "untrained words");
  const hats = words.filter(({ slot }) => slot === "hat");
  const slot = hats.length > 0 && random.chance(0.4) ? "hat" : "object";
  const replaced = slot === "hat" ? hats : words.filter((word) => word.slot === slot);
  const [first, last] = [replaced[0]!, replaced.at(-1)!];
  const text = random.pick(UNTRAINED[slot]) + (attributes.count > 1 ? "s" : "");
  const untrained: Word = { text, start: first.start, end: first.start + text.length, slot };
  const moved = untrained.end - last.end;
  return {
    caption: caption.slice(0, first.start) + text + caption.slice(last.end),
    words: words.flatMap((word) => {
      if (word === first) return [untrained];
      if (replaced.includes(word)) return [];
      return [
        word.start < first.start ? word : { ...word, start: word.start + moved, end: word.end + moved },
      ];
    }),
    attributes,
    source: "untrained",
    untrained,
  };
}

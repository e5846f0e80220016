import { UsageError } from "../errors.js";
import { type Attributes, type Split, sampleAttributes } from "./attributes.js";
import { type Caption, captionFor } from "./caption.js";
import { randomFor } from "./random.js";
import { sampleWording } from "./wording.js";

/** A sentence of the grammar and one set of attributes that it describes. */
export interface Prompt extends Caption {
  readonly attributes: Attributes;
}

/**
 * The first `count` different prompts of the grammar for evaluations: always the same list, and a longer list
 * starts with a shorter one. Throws UsageError unless count is a whole number from 1 to 10,000.
 */
export function fixedPrompts(count: number, split: Split = "train"): readonly Prompt[] {
  if (!Number.isInteger(count) || count < 1 || count > 10_000) {
    throw new UsageError(`count must be a whole number from 1 to 10000; got ${count}`);
  }
  const prompts = new Map<string, Prompt>();
  for (let index = 0; prompts.size < count; index++) {
    const random = randomFor(0, index, `${split} prompts`);
    const attributes = sampleAttributes(random, split);
    const words = captionFor(attributes, sampleWording(random, attributes));
    if (!prompts.has(words.caption)) prompts.set(words.caption, { ...words, attributes });
  }
  return [...prompts.values()];
}

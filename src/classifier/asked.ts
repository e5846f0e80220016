import type { Attributes } from "../data/attributes.js";
import type { Caption } from "../data/caption.js";
import type { Aspect } from "./classify.js";
import { HEAD_NAMES, type Head, type Labels, labelsOf } from "./labels.js";

/** Whether a caption asks for an aspect: one thing is what a singular asks for, and no hat what silence asks for. */
export function asks({ words }: Pick<Caption, "words">, aspect: Aspect): boolean {
  return aspect === "count" || aspect === "hat" || words.some(({ slot }) => slot === aspect);
}

/** What a head tells about. */
export const aspectOf = (head: Head): Aspect =>
  head === "backdrop" || head === "ground" ? "background" : head;

/** The labels that a picture must have to show what its caption asks for; null where the caption leaves it open. */
export function askedLabels(caption: Pick<Caption, "words">, attributes: Attributes): Labels {
  const labels = { ...labelsOf(attributes) };
  for (const head of HEAD_NAMES) if (!asks(caption, aspectOf(head))) labels[head] = null;
  return labels;
}

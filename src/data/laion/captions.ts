import type { ObjectWords } from "./objects.js";

/** Says which objects a caption names: their positions in the list, in its order. */
export type CaptionRule = (caption: string) => readonly number[];

const NONE: readonly number[] = [];

/**
 * The paper's rule (appendix D): a caption names an object if it holds one of its forms without an alphabetic character
 * directly before or behind, in capitals or not. Digits, hyphens and underscores may stand there; letters of every
 * script count as alphabetic.
 */
export function captionRule(objects: readonly ObjectWords[]): CaptionRule {
  const forms = objects.map((object) => object.forms.map(escapePattern).join("|"));
  const owned = forms.map((form) => new RegExp(bounded(form), "iu"));
  // most captions name none: one pass says so
  const any = new RegExp(bounded(forms.join("|")), "iu");
  return (caption) =>
    any.test(caption) ? owned.flatMap((pattern, i) => (pattern.test(caption) ? [i] : [])) : NONE;
}

function bounded(alternatives: string): string {
  return `(?<!\\p{Alphabetic})(?:${alternatives})(?!\\p{Alphabetic})`;
}

/** Forms are words (`parseObjects`), where only the hyphen could mean something else. */
function escapePattern(form: string): string {
  return form.replace(/-/g, "\\-");
}

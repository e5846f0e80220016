import { UsageError } from "../../errors.js";

/** An object to look for, and the words that name it. */
export interface ObjectWords {
  readonly name: string;
  /** Lower case, singular first. */
  readonly forms: readonly string[];
}

/** The objects of the paper (section 4.1). */
export const PAPER_OBJECTS = "banana,cat,goat,flamingo,penguin";

/**
 * Objects from text: names with commas between, each with its regular plurals ("flamingo" also as "flamingos" and
 * "flamingoes"), or with the forms that shall count: "wolf=wolf|wolves".
 * Throws UsageError for names that are empty, given twice, or hold anything but letters, spaces, hyphens and apostrophes.
 */
export function parseObjects(text: string): ObjectWords[] {
  const objects = text.split(",").map(parseObject);
  const names = objects.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) {
    throw new UsageError(`objects must differ; got ${JSON.stringify(repeated)} twice; leave one out`);
  }
  return objects;
}

function parseObject(text: string): ObjectWords {
  const [name = "", forms, ...rest] = text.split("=").map((part) => part.trim().toLowerCase());
  const words = forms === undefined ? [name, ...regularPlurals(name)] : forms.split("|");
  if (rest.length === 0 && [name, ...words].every(isWord)) return { name, forms: words };
  throw new UsageError(
    `an object must be a word, or word=form|form; got ${JSON.stringify(text)}; use letters, spaces, hyphens`,
  );
}

/** The plurals that English makes by rule; after -o both are found ("flamingos", "flamingoes"). */
export function regularPlurals(singular: string): string[] {
  if (/[^aeiou]y$/.test(singular)) return [`${singular.slice(0, -1)}ies`];
  if (/(?:s|x|z|ch|sh)$/.test(singular)) return [`${singular}es`];
  return singular.endsWith("o") ? [`${singular}s`, `${singular}es`] : [`${singular}s`];
}

function isWord(text: string): boolean {
  return /^\p{L}[\p{L}\p{M}' -]*$/u.test(text);
}

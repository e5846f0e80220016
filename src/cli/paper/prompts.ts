import { fixedPrompts } from "../../data/prompts.js";
import { InputError } from "../../errors.js";
import { readText } from "../../files/read.js";

/** Prompts of the grammar unless told otherwise. */
const COUNT = 200;

/**
 * The first `count` prompts: of a file that holds one a line, all of them if no count is given, or else of the grammar.
 * Throws InputError for a file that can't be read or holds too few.
 */
export function corpusPrompts(file: string | undefined, count: number | undefined): string[] {
  if (file === undefined) return fixedPrompts(count ?? COUNT).map(({ caption }) => caption);
  const lines = readText(file)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (lines.length < (count ?? 1))
    throw new InputError(
      `${file} must hold ${count ?? "at least 1"} prompts, one a line; got ${lines.length}; add some or lower --count`,
    );
  return lines.slice(0, count);
}

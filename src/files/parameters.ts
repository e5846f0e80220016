import { InputError } from "../errors.js";

/**
 * How a picture was made, as the text that Stable Diffusion web UI stores in a PNG file under the keyword "parameters"
 * and other programs read: the prompt, a line for the negative prompt if any, and one line of settings, such as
 * `Steps: 25, Sampler: DDIM, CFG scale: 1, Seed: 42, Size: 64x64, Model hash: 0a1b2c, Model: emoji, Version: pellucid 0.1.0`.
 */
export type Parameters = {
  readonly prompt: string;
  readonly negativePrompt?: string;
  /** In the order of the line; at least one. */
  readonly settings: ReadonlyMap<string, string>;
};

/** The keyword of the PNG text. */
export const PARAMETERS_KEYWORD = "parameters";

const NEGATIVE = "Negative prompt: ";

const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}_ \-/]*$/u;

/** `Name: value` or `Name: "value"`, then a comma or the end. */
const SETTING = /\s*([\p{L}\p{N}_][\p{L}\p{N}_ \-/]*):\s*("(?:[^"\\]|\\.)*"|[^,]*)(?:,|$)/guy;

/**
 * Writes the text; `parseParameters` gives back the same for any strings. Values that the plain form can't hold (with
 * commas, colons, quotes, line breaks) are quoted as JSON strings, as are prompts that would be misread.
 * Throws InputError if there is no setting or a setting's name is not made of letters, digits, `_`, `-`, `/` and spaces.
 */
export function formatParameters({ prompt, negativePrompt, settings }: Parameters): string {
  const pairs = [...settings].map(([name, value]) => `${checkedName(name)}: ${quoteValue(value)}`);
  if (pairs.length === 0)
    throw new InputError("parameters need at least one setting; got none; add Steps or Seed");
  const lines = [quotePrompt(prompt)];
  if (negativePrompt !== undefined) lines.push(`${NEGATIVE}${quotePrompt(negativePrompt)}`);
  return [...lines, pairs.join(", ")].join("\n");
}

/** Reads such a text, of this program or another. Throws InputError if its last line holds no settings. */
export function parseParameters(text: string): Parameters {
  const lines = text.trimEnd().split("\n");
  const settings = parseSettings(lines.pop() ?? "");
  const negativeAt = lines.findIndex((line) => line.startsWith(NEGATIVE));
  if (negativeAt < 0) return { prompt: unquote(lines.join("\n")), settings };
  return {
    prompt: unquote(lines.slice(0, negativeAt).join("\n")),
    negativePrompt: unquote(lines.slice(negativeAt).join("\n").slice(NEGATIVE.length)),
    settings,
  };
}

function parseSettings(line: string): Map<string, string> {
  const matches = [...line.matchAll(SETTING)];
  const length = matches.reduce((sum, [match]) => sum + match.length, 0);
  if (matches.length === 0 || length !== line.length) {
    const got = JSON.stringify(line.length > 60 ? `${line.slice(0, 60)}...` : line);
    throw new InputError(
      `parameters must end with a line of settings such as "Steps: 25, Seed: 42"; got ${got}`,
    );
  }
  return new Map(matches.map(([, name = "", value = ""]) => [name, unquote(value.trim())]));
}

function checkedName(name: string): string {
  if (NAME.test(name)) return name;
  throw new InputError(
    `a setting's name must be letters, digits, "_", "-", "/" and spaces; got ${JSON.stringify(name)}; rename it`,
  );
}

function quoteValue(value: string): string {
  const plain = value !== "" && value === value.trim() && !/[,:"\\\p{Cc}\p{Cs}]/u.test(value);
  return plain ? value : JSON.stringify(value);
}

/** Prompts are commonly full of commas and line breaks, which stay: only the last line is made of settings. */
function quotePrompt(prompt: string): string {
  const misread = unquote(prompt) !== prompt || prompt.split("\n").some((line) => line.startsWith(NEGATIVE));
  return misread || /[\0\p{Cs}]/u.test(prompt) ? JSON.stringify(prompt) : prompt;
}

/** The string that a JSON literal stands for; any other text is itself. */
function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text; // a prompt may begin with a quoted word
  }
}

import { parseArgs } from "node:util";
import { UsageError } from "../errors.js";
import type { Option, Options, ValuesOf } from "./options.js";
import { suggestion } from "./suggest.js";

/** What a command line says, checked and typed. */
export type Parsed<P extends Options, O extends Options> = {
  readonly positionals: ValuesOf<P>;
  readonly options: ValuesOf<O>;
};

/**
 * Reads the words behind a command's name. Of an option given twice, the last holds.
 * Throws UsageError for unknown options (with the nearest known one), missing, extra or wrong values.
 */
export function parseCommandLine<P extends Options, O extends Options>(
  words: readonly string[],
  positionals: P,
  options: O,
): Parsed<P, O> {
  const given = splitWords(words, options);
  const names = Object.keys(positionals);
  const takesRest = positionals[names.at(-1) ?? ""]?.readMany !== undefined;
  if (given.positionals.length > names.length && !takesRest) throw tooMany(given.positionals, names);
  return {
    options: readAll(options, (name) => {
      const text = given.options.get(name);
      return [text === undefined ? [] : [text], `--${name}`];
    }),
    positionals: readAll(positionals, (name) => [
      given.positionals.slice(names.indexOf(name)),
      positionals[name]?.value ?? name,
    ]),
  };
}

/** The words sorted into options (name -> text, "" for a flag) and positionals. */
function splitWords(words: readonly string[], options: Options) {
  // not strict, for the library's own messages take several lines and know no nearest option
  const { tokens } = parseArgs({
    args: [...words],
    options: parserOptions(options),
    strict: false,
    tokens: true,
  });
  const given = new Map<string, string>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind === "option") {
      const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
      if (option === undefined) throw unknownOption(token.rawName, options);
      given.set(token.name, optionText(option, token));
    }
  }
  return { options: given, positionals };
}

function parserOptions(options: Options) {
  return Object.fromEntries(
    Object.entries(options).map(([name, { value, short }]) => {
      const type = value === undefined ? ("boolean" as const) : ("string" as const);
      return [name, short === undefined ? { type } : { type, short }];
    }),
  );
}

type OptionToken = {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
};

function optionText(option: Option<unknown>, { rawName, value, inlineValue }: OptionToken): string {
  if (option.value === undefined) {
    if (value === undefined) return "";
    throw new UsageError(`${rawName} takes no value; got ${JSON.stringify(value)}`);
  }
  // "--out --json" is a forgotten value; "--seed -1" is a number
  const forgotten = value === undefined || (!inlineValue && /^-./.test(value) && !/^-[\d.]/.test(value));
  if (!forgotten) return value;
  const got = value === undefined ? "nothing" : `${value} (if you mean that, write ${rawName}=${value})`;
  throw new UsageError(`${rawName} needs ${option.value}; got ${got}`);
}

function unknownOption(rawName: string, options: Options): UsageError {
  const known = Object.keys(options).map((name) => `--${name}`);
  const hint = suggestion(rawName, known) || "; see --help";
  return new UsageError(`unknown option ${rawName}${hint}`);
}

function tooMany(given: readonly string[], names: readonly string[]): UsageError {
  const [first] = given;
  if (names.length === 0) return new UsageError(`no argument is expected here; got ${JSON.stringify(first)}`);
  const expected = names.length === 1 ? "one argument is" : `${names.length} arguments are`;
  return new UsageError(
    `${expected} expected here; got ${given.length}; put quotes around text with spaces: "${given.join(" ")}"`,
  );
}

function readAll<O extends Options>(
  options: O,
  find: (name: string) => readonly [texts: readonly string[], name: string],
): ValuesOf<O> {
  const values = Object.entries(options).map(([name, { read, readMany }]) => {
    const [texts, shown] = find(name);
    return [name, readMany === undefined ? read(texts[0], shown) : readMany(texts, shown)];
  });
  // each value is what its own option read, which fromEntries can't express
  return Object.fromEntries(values);
}

import { UsageError } from "../errors.js";

/**
 * How one option or positional is read: `read` gets the text given on the command line (for a flag, the empty text) or
 * undefined, and the name as the person wrote it; it throws UsageError.
 */
export type Option<T> = {
  /** Stands for the value in the help, such as "N"; undefined for a flag, which takes none. */
  readonly value: string | undefined;
  readonly help: string;
  /** One letter: `q` for `-q`. */
  readonly short?: string;
  /** The value that holds if none is given, as the help shows it. */
  readonly fallbackText?: string;
  readonly read: (text: string | undefined, name: string) => T;
  /** Reads all that is left on the command line; only for the last positional. */
  readonly readMany?: ((texts: readonly string[], name: string) => T) | undefined;
};

/** Options or positionals by name. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** What reading them gives, by name. */
export type ValuesOf<O extends Options> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

/** On if given. */
export function flag(help: string, short?: string): Option<boolean> {
  return {
    value: undefined,
    help,
    ...(short !== undefined && { short }),
    read: (text) => text !== undefined,
  };
}

/** Any text. */
export function text<F extends string | undefined>(
  value: string,
  help: string,
  fallback: F,
): Option<string | F> {
  return option(value, help, fallback, (given) => given);
}

/** A file or a folder; it is not looked at, but not empty. */
export function path<F extends string | undefined>(
  value: string,
  help: string,
  fallback: F,
): Option<string | F> {
  return option(value, help, fallback, (given, name) => {
    if (given !== "") return given;
    throw new UsageError(`${name} must be a path; got an empty text; give ${value}`);
  });
}

/** Files and folders, at least one; they are not looked at. */
export function paths(value: string, help: string): Option<readonly string[]> {
  const readMany = (given: readonly string[], name: string): readonly string[] => {
    if (given.length > 0 && given.every((each) => each !== "")) return given;
    throw new UsageError(`${name} is missing: ${help}`);
  };
  return {
    value,
    help,
    read: (given, name) => readMany(given === undefined ? [] : [given], name),
    readMany,
  };
}

/** CLIP's weights, as every command that reads prompts takes them. */
export const textWeights = path(
  "PATH",
  "CLIP's text weights, for models that read prompts with it: a safetensors file, or its folder",
  undefined,
);

/** A whole number from `min` to `max`, both included. */
export function integer<F extends number | undefined>(
  value: string,
  help: string,
  { min, max }: Range,
  fallback: F,
): Option<number | F> {
  return option(value, help, fallback, (given, name) => {
    const number = /^[+-]?\d+$/.test(given) ? Number(given) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new UsageError(
      `${name} must be a whole number ${formatRange({ min, max })}; got ${JSON.stringify(given)}`,
    );
  });
}

/** A number from `min` to `max`, both included. */
export function number<F extends number | undefined>(
  value: string,
  help: string,
  { min, max }: Range,
  fallback: F,
): Option<number | F> {
  return option(value, help, fallback, (given, name) => {
    const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(given) ? Number(given) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new UsageError(
      `${name} must be a number ${formatRange({ min, max })}; got ${JSON.stringify(given)}`,
    );
  });
}

/** One of several words. */
export function choice<const C extends string, F extends C | undefined>(
  choices: readonly C[],
  help: string,
  fallback: F,
): Option<C | F> {
  return option(choices.join("|"), help, fallback, (given, name) => {
    const chosen = choices.find((candidate) => candidate === given);
    if (chosen !== undefined) return chosen;
    throw new UsageError(`${name} must be ${choices.join(" or ")}; got ${JSON.stringify(given)}`);
  });
}

/** The same, but it has to be given. */
export function required<T>(optional: Option<T>): Option<Exclude<T, undefined>> {
  const read = (given: string | undefined, name: string): Exclude<T, undefined> => {
    const value = optional.read(given, name);
    if (!isGiven(value)) throw new UsageError(`${name} is missing: ${optional.help}`);
    return value;
  };
  return { ...optional, read, readMany: undefined };
}

/** Both ends are allowed; Infinity leaves one open. */
type Range = { readonly min: number; readonly max: number };

function isGiven<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}

function option<T, F>(
  value: string,
  help: string,
  fallback: F,
  parse: (given: string, name: string) => T,
): Option<T | F> {
  return {
    value,
    help,
    ...(fallback !== undefined && { fallbackText: String(fallback) }),
    read: (given, name) => (given === undefined ? fallback : parse(given, name)),
  };
}

function formatRange({ min, max }: Range): string {
  if (max === Number.POSITIVE_INFINITY)
    return min === Number.NEGATIVE_INFINITY ? "of any size" : `of at least ${min}`;
  return `from ${min} to ${max}`;
}

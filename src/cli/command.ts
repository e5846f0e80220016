import type { Io } from "./io.js";
import type { Options } from "./options.js";
import { type Parsed, parseCommandLine } from "./parse.js";

/** What a command is, for the help and the dispatcher. */
export type Command = {
  /** In the order of the command line. */
  readonly positionals: Options;
  readonly options: Options;
  readonly examples: readonly Example[];
  /** Reads the words behind the command's name and does the work. Throws the errors of src/errors.ts. */
  readonly run: (words: readonly string[], io: Io) => Promise<void>;
};

/** A command line that works as it stands, and what it does. */
export type Example = { readonly line: string; readonly does: string };

/** A command whose `run` gets its values checked and typed. */
export function defineCommand<P extends Options, O extends Options>(definition: {
  readonly positionals: P;
  readonly options: O;
  readonly examples: readonly Example[];
  readonly run: (values: Parsed<P, O>, io: Io) => Promise<void>;
}): Command {
  const { positionals, options, examples, run } = definition;
  return {
    positionals,
    options,
    examples,
    run: async (words, io) => run(parseCommandLine(words, positionals, options), io),
  };
}

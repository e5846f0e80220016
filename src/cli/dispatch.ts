import { UsageError } from "../errors.js";
import type { Command } from "./command.js";
import type { CommandEntry } from "./commands.js";
import { commandHelp, groupHelp, programHelp } from "./help.js";
import type { Io } from "./io.js";
import { suggestion } from "./suggest.js";

/** Finds the command that `words` name and runs it, or prints help. Throws the errors of src/errors.ts. */
export async function dispatch(
  words: readonly string[],
  commands: readonly CommandEntry[],
  io: Io,
): Promise<void> {
  const [name, ...rest] = words;
  if (name === undefined || isHelpOption(name)) {
    io.stdout.write(programHelp(commands));
  } else if (name === "help") {
    await help(rest, commands, io);
  } else if (name === "--version") {
    await dispatch(["version", ...rest], commands, io);
  } else if (asksForHelp(rest)) {
    await help(namesIn(words, commands), commands, io);
  } else {
    const { entry, rest: own } = findEntry(words, commands);
    const command = await entry.load();
    await command.run(own, io);
  }
}

async function help(names: readonly string[], commands: readonly CommandEntry[], io: Io): Promise<void> {
  const [name] = names;
  const groupOf = (whole: string) => commands.filter((entry) => entry.name.startsWith(`${whole} `));
  const group = groupOf(names.join(" "));
  if (name === undefined || name === "help" || isHelpOption(name)) {
    io.stdout.write(programHelp(commands));
  } else if (group.length > 0 && !commands.some((entry) => entry.name === names.join(" "))) {
    io.stdout.write(groupHelp(names.join(" "), group));
  } else {
    const { entry, rest } = findEntry(names, commands);
    const command = await entry.load();
    if (!isWhatItTakes(rest, command))
      throw new UsageError(`help takes one command; got ${names.join(" ")}; ask for one at a time`);
    io.stdout.write(commandHelp(entry, command, groupOf(entry.name)));
  }
}

/** Nothing, or what the command chooses by, as in "evaluate account". */
function isWhatItTakes(words: readonly string[], { positionals }: Command): boolean {
  const choices = Object.values(positionals)[0]?.value?.split("|") ?? [];
  return words.length === 0 || (words.length === 1 && choices.includes(words[0]!));
}

/** The first of the words, as far as they name a command or begin to; at least one. */
function namesIn(words: readonly string[], commands: readonly CommandEntry[]): readonly string[] {
  const isStart = (count: number) =>
    commands.some(({ name }) => `${name} `.startsWith(`${words.slice(0, count).join(" ")} `));
  let count = 1;
  while (count < words.length && isStart(count + 1)) count++;
  return words.slice(0, count);
}

/** The command that the words begin with, and the words behind its name. Throws UsageError if there is none. */
function findEntry(
  words: readonly string[],
  commands: readonly CommandEntry[],
): { readonly entry: CommandEntry; readonly rest: readonly string[] } {
  const names = namesIn(words, commands);
  const name = names.join(" ");
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry !== undefined) return { entry, rest: words.slice(names.length) };
  if (name.startsWith("-")) {
    const cure = suggestion(name, ["--help", "--version"]) || "; see pellucid --help";
    throw new UsageError(`a command is expected before options; got ${name}${cure}`);
  }
  const within = commands.filter((candidate) => candidate.name.startsWith(`${name} `));
  if (within.length === 0) {
    const cure = suggestion(name, ["help", ...commands.map(firstWord)]) || "; see pellucid --help";
    throw new UsageError(`unknown command ${JSON.stringify(name)}${cure}`);
  }
  const next = words[names.length];
  const given = next === undefined ? name : `${name} ${next}`;
  const cure =
    suggestion(
      given,
      within.map((candidate) => candidate.name),
    ) || `; see pellucid ${name} --help`;
  throw new UsageError(
    next === undefined
      ? `${name} is several commands: ${within.map((candidate) => candidate.name).join(", ")}${cure}`
      : `unknown command ${JSON.stringify(given)}${cure}`,
  );
}

function firstWord({ name }: CommandEntry): string {
  return name.split(" ")[0] ?? name;
}

/** `--help` among the options; behind `--` it is text. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end).some(isHelpOption);
}

function isHelpOption(word: string): boolean {
  return word === "--help" || word === "-h";
}

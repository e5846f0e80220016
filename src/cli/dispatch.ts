import { UsageError } from "../errors.js";
import type { CommandEntry } from "./commands.js";
import { commandHelp, programHelp } from "./help.js";
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
    await help([name], commands, io);
  } else {
    const command = await findEntry(name, commands).load();
    await command.run(rest, io);
  }
}

async function help(names: readonly string[], commands: readonly CommandEntry[], io: Io): Promise<void> {
  const [name, ...rest] = names;
  if (rest.length > 0)
    throw new UsageError(`help takes one command; got ${names.join(" ")}; ask for one at a time`);
  if (name === undefined || name === "help" || isHelpOption(name)) {
    io.stdout.write(programHelp(commands));
  } else {
    const entry = findEntry(name, commands);
    io.stdout.write(commandHelp(entry, await entry.load()));
  }
}

function findEntry(name: string, commands: readonly CommandEntry[]): CommandEntry {
  const entry = commands.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const isOption = name.startsWith("-");
  const known = isOption ? ["--help", "--version"] : ["help", ...commands.map((command) => command.name)];
  const cure = suggestion(name, known) || "; see pellucid --help";
  throw new UsageError(
    isOption
      ? `a command is expected before options; got ${name}${cure}`
      : `unknown command ${JSON.stringify(name)}${cure}`,
  );
}

/** `--help` among the options; behind `--` it is text. */
function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf("--");
  return words.slice(0, end < 0 ? words.length : end).some(isHelpOption);
}

function isHelpOption(word: string): boolean {
  return word === "--help" || word === "-h";
}

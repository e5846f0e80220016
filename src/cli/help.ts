import type { Command } from "./command.js";
import type { CommandEntry } from "./commands.js";
import type { Options } from "./options.js";

/** The help of the whole program. */
export function programHelp(commands: readonly CommandEntry[]): string {
  const rows = commands.map(({ name, summary }) => [name, summary] as const);
  return sections([
    ["", ["pellucid draws a picture from a prompt and shows which word painted which pixel."]],
    ["Examples", ['pellucid generate "a penguin wearing a green hat"', "pellucid help generate"]],
    ["Usage", ["pellucid COMMAND [OPTIONS]"]],
    ["Commands", columns([...rows, ["help COMMAND", "tell more about a command"]])],
    [
      "Options",
      columns([
        ["-h, --help", "print this help"],
        ["--version", "print the version"],
      ]),
    ],
  ]);
}

/** The help of several commands whose names begin alike: "data". */
export function groupHelp(group: string, commands: readonly CommandEntry[]): string {
  return sections([
    ["Usage", [`pellucid ${group} ...`]],
    ["Commands", columns(commands.map(({ name, summary }) => [name, summary]))],
    ["Options", columns([["-h, --help", "behind any of them: tell more about it"]])],
  ]);
}

/** The help of one command: examples first, and last the commands whose names begin with its own. */
export function commandHelp(
  { name, summary }: CommandEntry,
  command: Command,
  group: readonly CommandEntry[],
): string {
  const { positionals, options, examples } = command;
  const words = Object.values(positionals).map(({ value }) => value ?? "");
  return sections([
    ["", [`pellucid ${name}: ${summary}`]],
    ["Examples", examples.flatMap(({ line, does }) => [`# ${does}`, line])],
    ["Usage", [["pellucid", name, ...words, "[OPTIONS]"].join(" ")]],
    ["Arguments", columns(Object.values(positionals).map(({ value, help }) => [value ?? "", help]))],
    ["Options", columns([...optionRows(options), ["-h, --help", "print this help"]])],
    ["Commands with options of their own", columns(group.map((entry) => [entry.name, entry.summary]))],
  ]);
}

function optionRows(options: Options): [string, string][] {
  return Object.entries(options).map(([name, { value, help, short, fallbackText }]) => {
    const letter = short === undefined ? "" : `-${short}, `;
    const fallback = fallbackText === undefined ? "" : ` (default: ${fallbackText})`;
    return [`${letter}--${name}${value === undefined ? "" : ` ${value}`}`, help + fallback];
  });
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `${left.padEnd(width)}  ${right}`);
}

function sections(parts: readonly (readonly [title: string, lines: readonly string[]])[]): string {
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) =>
      title === "" ? lines.join("\n") : [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n"),
    )
    .join("\n\n")
    .concat("\n");
}

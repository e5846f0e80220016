import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../errors.js";
import { fileError } from "../../files/file-error.js";
import { parseFile, parseJson } from "../../files/read.js";
import { removeLeftovers, writeFileAtomic } from "../../files/write.js";

/** Results of finished work in a folder, until all of it is done. */
export interface Parts {
  /** What was kept under a name; undefined if it was not. Throws InputError for a damaged file. */
  readonly read: (name: string) => { readonly result: unknown } | undefined;
  /** Throws InputError if it can't be written. */
  readonly keep: (name: string, result: unknown) => void;
  /** Removes the folder. */
  readonly remove: () => void;
}

const SETTINGS = "settings.json";

/**
 * The work folder of a run with these settings, made or found. Throws InputError if it holds work of other settings, or
 * something else.
 */
export function openParts(folder: string, settings: Readonly<Record<string, unknown>>): Parts {
  const path = (name: string): string => join(folder, `${name}.json`);
  const own = jsonOf(settings);
  removeLeftovers(folder);
  if (isUsed(folder)) checkSettings(folder, own);
  else writeFileAtomic(join(folder, SETTINGS), own, "replace");
  return {
    read: (name) => (existsSync(path(name)) ? { result: parseFile(path(name), parseJson) } : undefined),
    keep: (name, result) => writeFileAtomic(path(name), jsonOf(result), "replace"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function isUsed(folder: string): boolean {
  try {
    return existsSync(folder) && readdirSync(folder).length > 0;
  } catch (error) {
    throw fileError("read", folder, error);
  }
}

function checkSettings(folder: string, own: Uint8Array): void {
  const path = join(folder, SETTINGS);
  if (!existsSync(path))
    throw new InputError(
      `${folder} holds something else than a report's work; move it, or choose another --out`,
    );
  const cure = "go on with its own settings, choose another --out, or remove that folder";
  const [there, wanted] = [parseFile(path, parseJson), parseJson(own)];
  const differing = differences(there, wanted);
  if (differing.length > 0)
    throw new InputError(`${folder} holds work of another ${differing.join(" and ")}; ${cure}`);
}

/** Names of the settings that are not the same. */
function differences(there: unknown, wanted: unknown): string[] {
  const [a, b] = [entriesOf(there), entriesOf(wanted)];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.filter((name) => JSON.stringify(a.get(name)) !== JSON.stringify(b.get(name)));
}

const entriesOf = (value: unknown): Map<string, unknown> =>
  new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);

const jsonOf = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);

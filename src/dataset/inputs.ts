import { statSync } from "node:fs";
import { glob } from "tinyglobby";
import type { ByteSource } from "../byte-source.js";
import { InputError } from "../errors.js";
import { openFileSource } from "../files/file-source.js";
import { readText } from "../files/read.js";
import { openHttpSource } from "./http-ranges.js";

/**
 * The files that a text stands for, in the order of their names: a file, a folder (all in it with `ending`, at any
 * depth), a pattern with *, ?, [] or {}, an http(s) address, or a .txt file with one of these on each line.
 * Throws InputError if there are none.
 */
export async function listInputs(text: string, ending: string): Promise<string[]> {
  if (!text.endsWith(".txt")) return list(text, ending);
  const lines = readText(text)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (lines.length === 0) {
    throw new InputError(`${text} must name files, one on each line; it is empty; write their paths in it`);
  }
  const listed: string[] = [];
  for (const line of lines) listed.push(...(await list(line, ending)));
  return listed;
}

async function list(text: string, ending: string): Promise<string[]> {
  if (isAddress(text)) return [text];
  const status = statSync(text, { throwIfNoEntry: false });
  if (status?.isFile()) return [text];
  const found = status?.isDirectory()
    ? await glob(`**/*${ending}`, { cwd: text, absolute: true })
    : await glob(text, { absolute: true });
  if (found.length > 0) return found.sort();
  throw new InputError(
    status?.isDirectory()
      ? `${text} must hold ${ending} files; there are none; choose another folder`
      : `there is no file ${text}; check the path`,
  );
}

/** Bytes by position that must be closed. */
export interface OpenedInput extends ByteSource {
  close(): Promise<void>;
}

/** Opens a file or an http(s) address. Throws InputError if it can't be read, CancelledError when aborted. */
export async function openInput(input: string, signal: AbortSignal): Promise<OpenedInput> {
  if (!isAddress(input)) return openFileSource(input);
  return { ...(await openHttpSource(input, signal)), close: async () => {} };
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

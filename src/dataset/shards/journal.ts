import { appendFileSync, existsSync, rmSync, truncateSync } from "node:fs";
import { fileError } from "../../files/file-error.js";
import { readBytes } from "../../files/read.js";
import { formatOutcome, type Outcome, parseOutcome } from "./outcome.js";

/**
 * The outcomes that a journal holds, by index: the unfinished part of a shard, a line for each. What a kill left of a
 * last line is cut off. Throws InputError if it can't be read.
 */
export function readJournal(path: string): Map<number, Outcome> {
  const outcomes = new Map<number, Outcome>();
  if (!existsSync(path)) return outcomes;
  const bytes = readBytes(path);
  let begin = 0;
  for (let end = bytes.indexOf(LINE_END); end >= 0; end = bytes.indexOf(LINE_END, begin)) {
    const outcome = parseOutcome(new TextDecoder().decode(bytes.subarray(begin, end)));
    if (outcome === undefined) break;
    outcomes.set(outcome.index, outcome);
    begin = end + 1;
  }
  if (begin < bytes.length) change(path, () => truncateSync(path, begin));
  return outcomes;
}

const LINE_END = "\n".charCodeAt(0);

/** Adds an outcome. Throws InputError if it can't be written. */
export function appendOutcome(path: string, outcome: Outcome): void {
  change(path, () => appendFileSync(path, formatOutcome(outcome)));
}

/** Removes a journal whose shard is written. Throws InputError if it can't be. */
export function removeJournal(path: string): void {
  change(path, () => rmSync(path, { force: true }));
}

function change(path: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    throw fileError("write", path, error);
  }
}

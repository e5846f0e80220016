import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { UsageError } from "../../src/errors.js";
import { checkFile } from "./check.js";
import { type Check, failedCheck } from "./compare.js";
import { reasonOf } from "./reason.js";
import { HEADING, lineOf, summaryOf } from "./report.js";

const ENDING = ".safetensors";
const USAGE = "npm run reference -- DIR";

/** Where the command writes its lines. */
export interface Output {
  out(line: string): void;
  error(line: string): void;
}

/**
 * Checks every file of expected numbers in a folder, a line for each group of tensors.
 *
 * Returns the exit code: 0, 1 if a check failed, 2 if the folder is missing or holds no such file.
 */
export async function reference(args: readonly string[], { out, error }: Output): Promise<number> {
  try {
    const checks: Check[] = [];
    const paths = await filesIn(args);
    for (const line of HEADING) out(line);
    for (const path of paths) {
      for await (const check of checksOf(path)) {
        checks.push(check);
        out(lineOf(check));
      }
    }
    for (const line of summaryOf(checks)) out(line);
    return checks.every(({ passed }) => passed) ? 0 : 1;
  } catch (failure) {
    error(`reference: ${reasonOf(failure)}`);
    return failure instanceof UsageError ? 2 : 1;
  }
}

async function filesIn([directory, ...rest]: readonly string[]): Promise<string[]> {
  if (directory === undefined || rest.length > 0) throw new UsageError(`one folder is needed: ${USAGE}`);
  const names = await readdir(directory).catch((cause: unknown) => {
    throw new UsageError(`${directory} cannot be listed (${reasonOf(cause)}); name a folder: ${USAGE}`);
  });
  const files = names.filter((name) => name.endsWith(ENDING)).sort();
  if (files.length === 0) throw new UsageError(`${directory} holds no *${ENDING} file; name another folder`);
  return files.map((name) => join(directory, name));
}

async function* checksOf(path: string): AsyncGenerator<Check> {
  const name = basename(path, ENDING);
  try {
    yield* checkFile(name, await readFile(path));
  } catch (error) {
    yield failedCheck(name, "file", reasonOf(error));
  }
}

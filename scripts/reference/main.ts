/** Checks the layers, networks and sampling runs against files of expected numbers. `npm run reference -- DIR` */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../src/errors.js";
import { checkFile } from "./check.js";
import { type Check, failedCheck } from "./compare.js";
import { reasonOf } from "./reason.js";
import { HEADING, lineOf, summaryOf } from "./report.js";

const ENDING = ".safetensors";

async function filesIn(directory: string | undefined, rest: readonly string[]): Promise<string[]> {
  const usage = "npm run reference -- DIR";
  if (directory === undefined || rest.length > 0) throw new UsageError(`one folder is needed: ${usage}`);
  const names = await readdir(directory).catch((error: unknown) => {
    throw new UsageError(`${directory} cannot be listed (${reasonOf(error)}); name a folder: ${usage}`);
  });
  const files = names.filter((name) => name.endsWith(ENDING)).sort();
  if (files.length === 0) throw new UsageError(`${directory} holds no *${ENDING} file; name another folder`);
  return files.map((name) => join(directory, name));
}

async function* checksOf(path: string): AsyncGenerator<Check> {
  const name = path.split(/[\\/]/).at(-1)!.slice(0, -ENDING.length);
  try {
    yield* checkFile(name, await readFile(path));
  } catch (error) {
    yield failedCheck(name, "file", reasonOf(error));
  }
}

async function main([directory, ...rest]: readonly string[]): Promise<number> {
  const files = await filesIn(directory, rest);
  const checks: Check[] = [];
  for (const line of HEADING) console.log(line);
  for (const path of files) {
    for await (const check of checksOf(path)) {
      checks.push(check);
      console.log(lineOf(check));
    }
  }
  console.log(summaryOf(checks));
  return checks.every(({ passed }) => passed) ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`reference: ${reasonOf(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

import { UsageError } from "../src/errors.js";
import { compare } from "./compare.js";
import { fullLines, measureFull } from "./full.js";
import { measureModel } from "./model.js";
import { parseSettings, usage } from "./settings.js";
import { modelTable, networkTable } from "./table.js";

async function main(args: readonly string[]): Promise<void> {
  const { work, json } = parseSettings(args);
  if ("full" in work) {
    for (const report of measureFull(work)) console.log(json ? JSON.stringify(report) : fullLines(report));
  } else if ("model" in work) {
    const report = await measureModel(work);
    console.log(json ? JSON.stringify(report) : modelTable(report));
  } else {
    const comparison = await compare(work);
    console.log(json ? JSON.stringify(comparison) : networkTable(comparison, work));
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  if (error instanceof UsageError) console.error(usage);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});

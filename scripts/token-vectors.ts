/**
 * Trains one small model for each kind of token vectors and prints what the kinds do to colours and to unseen words.
 * `npx tsx scripts/token-vectors.ts --out DIR [--steps 450] [--model NAME|DIR]`; a run that was stopped goes on where it
 * was, and with a model nothing is trained: it is measured alone.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pictureGrid, toPixels } from "../src/files/picture-grid.js";
import { encodePng } from "../src/files/png.js";
import { loadSprites } from "../src/files/sprites.js";
import { ensureFolder, writeFileAtomic } from "../src/files/write.js";
import { drawnMeasures } from "./token-vectors/drawn.js";
import type { Measure } from "./token-vectors/measure.js";
import { finishedModel, KINDS, settingsOf, type TrainedModel, trainedModel } from "./token-vectors/runs.js";
import { forcedMeasures, testScenes } from "./token-vectors/teacher-forced.js";

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "token-vectors" },
    steps: { type: "string", default: "450" },
    model: { type: "string" },
  },
});

async function trainAll(steps: number): Promise<Map<string, TrainedModel>> {
  const models = new Map<string, TrainedModel>();
  for (const kind of KINDS) {
    models.set(kind, await trainedModel(join(values.out, kind), settingsOf(kind, steps)));
  }
  return models;
}

ensureFolder(values.out);
const models =
  values.model === undefined
    ? await trainAll(Number(values.steps))
    : new Map([["model", finishedModel(values.model)]]);
const scenes = testScenes(loadSprites());
const results: Measure[][] = [];
for (const [name, trained] of models) {
  const { measures, pictures, columns } = await drawnMeasures(trained);
  const side = trained.model.config.unet.imageSize;
  const sheet = pictureGrid(
    pictures.map((picture) => toPixels(picture, side)),
    columns,
  );
  writeFileAtomic(join(values.out, `${name}.png`), await encodePng(sheet), "replace");
  results.push([...(await forcedMeasures(trained, scenes)), ...measures]);
  process.stderr.write(`${name}: measured\n`);
}

const names = [...models.keys()];
const header = [`| | ${names.join(" | ")} |`, `|---|${names.map(() => "---").join("|")}|`];
const lines = results[0]!.map(
  ({ name }, row) => `| ${name} | ${results.map((measures) => measures[row]!.value).join(" | ")} |`,
);
process.stdout.write(`${[...header, ...lines].join("\n")}\n`);

/**
 * Trains one small model for each kind of token vectors and prints what the kinds do to colours and to unseen words.
 * `npx tsx scripts/token-vectors.ts --out DIR [--steps 450]`; a run that was stopped goes on where it was.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pictureGrid, toPixels } from "../src/files/picture-grid.js";
import { encodePng } from "../src/files/png.js";
import { loadSprites } from "../src/files/sprites.js";
import { writeFileAtomic } from "../src/files/write.js";
import { drawnMeasures } from "./token-vectors/drawn.js";
import type { Measure } from "./token-vectors/measure.js";
import { KINDS, type Kind, settingsOf, type TrainedModel, trainedModel } from "./token-vectors/runs.js";
import { forcedMeasures, testScenes } from "./token-vectors/teacher-forced.js";

const { values } = parseArgs({
  options: { out: { type: "string", default: "token-vectors" }, steps: { type: "string", default: "450" } },
});

const models = new Map<Kind, TrainedModel>();
for (const kind of KINDS) {
  const settings = settingsOf(kind, Number(values.steps));
  models.set(kind, await trainedModel(join(values.out, kind), settings));
}
const scenes = testScenes(loadSprites());
const results: Measure[][] = [];
for (const [kind, trained] of models) {
  const { measures, pictures, columns } = await drawnMeasures(trained);
  const side = trained.model.config.unet.imageSize;
  const sheet = pictureGrid(
    pictures.map((picture) => toPixels(picture, side)),
    columns,
  );
  writeFileAtomic(join(values.out, `${kind}.png`), await encodePng(sheet), "replace");
  results.push([...(await forcedMeasures(trained, scenes)), ...measures]);
  process.stderr.write(`${kind}: measured\n`);
}

const header = [`| | ${KINDS.join(" | ")} |`, `|---|${KINDS.map(() => "---").join("|")}|`];
const lines = results[0]!.map(
  ({ name }, row) => `| ${name} | ${results.map((measures) => measures[row]!.value).join(" | ")} |`,
);
process.stdout.write(`${[...header, ...lines].join("\n")}\n`);

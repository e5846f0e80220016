// npx tsx scripts/bundle-model.ts RUN NAME: the averaged weights of a training run as models/NAME, in half precision.
import { fileURLToPath } from "node:url";
import { loadCheckpoint } from "../src/files/checkpoint.js";
import { saveModel } from "../src/files/model.js";
import { averagesOf } from "../src/train/state.js";

const [run, name] = process.argv.slice(2);
if (run === undefined || name === undefined) {
  process.stderr.write("usage: npx tsx scripts/bundle-model.ts RUN NAME\n");
  process.exit(2);
}
const { config, state } = loadCheckpoint(run);
const folder = fileURLToPath(new URL(`../models/${name}`, import.meta.url));
saveModel(folder, { ...config.model, name }, averagesOf(state), "F16");
process.stdout.write(`${folder}: step ${state.step}\n`);

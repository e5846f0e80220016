// Trains a small instance of each of the paper's four configurations on the emoji scenes, one after another, and measures who
// supplied their pictures: prompt, noise, time, mean. They read prompts with a small CLIP text side whose weights are random,
// since CLIP's own can't ship. Runs that are there go on. After `npm run build`:
//   tsx scripts/eps-story.ts [--out runs/eps-story] [--minutes 10] [--steps N] [--threads 1] [--count 60] [--samples 8]
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { clipParameters } from "../src/clip/reader.js";
import { hasCheckpoint } from "../src/files/checkpoint.js";
import { parseFile, parseJson } from "../src/files/read.js";
import { sizeOf } from "../src/graph/shape.js";
import { generatorOf, normalFrom, wordOf } from "../src/random.js";
import { fromFloat32 } from "../src/safetensors/convert.js";
import { writeSafetensors } from "../src/safetensors/write.js";
import { parseTrainConfig } from "../src/train/config.js";
import { pellucid } from "./pellucid.js";

const NAMES = ["bcos-x0", "bcos-clip-x0", "bcos-clip-eps", "vanilla"] as const;
const settingsOf = (name: (typeof NAMES)[number]) => `configs/eps-story/${name}.json`;

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "runs/eps-story" },
    minutes: { type: "string", default: "10" },
    steps: { type: "string" },
    threads: { type: "string", default: "1" },
    count: { type: "string", default: "60" },
    samples: { type: "string", default: "8" },
  },
});
const { out, minutes, steps, threads, count, samples } = values;
const textWeights = join(out, "text.safetensors");
mkdirSync(out, { recursive: true });
if (!existsSync(textWeights)) writeFileSync(textWeights, randomText());
const shared = ["--text-weights", textWeights, "--threads", threads];
for (const name of NAMES) {
  const run = join(out, name);
  const until = [
    ...["--minutes", minutes, "--samples", samples],
    ...(steps === undefined ? [] : ["--steps", steps]),
    ...(hasCheckpoint(run) ? ["--resume"] : []),
  ];
  pellucid(["train", settingsOf(name), "--out", run, ...until, ...shared]);
}
const models = NAMES.map((name) => join(out, name, "model"));
process.stdout.write(pellucid(["evaluate", "shares", ...models, "--count", count, "--out", out, ...shared]));

/** A CLIP text side of the size that the settings name, with random weights of the sizes that CLIP's start with. */
function randomText(): Uint8Array {
  const { model } = parseFile(settingsOf("bcos-clip-x0"), (bytes) => parseTrainConfig(parseJson(bytes)));
  const blocks = model.text.encoder?.blocks ?? 1;
  const tensors = clipParameters(model).map(({ name, shape }) => {
    const normal = normalFrom(generatorOf(wordOf(name)));
    const scale = deviation(name, shape, blocks);
    const centre = /norm\d?\.weight$/.test(name) ? 1 : 0;
    const numbers = Float32Array.from({ length: sizeOf(shape) }, () => centre + scale * normal());
    return [`text_model.${name}`, fromFloat32(numbers, shape)] as const;
  });
  return writeSafetensors(new Map(tensors));
}

/** Biases start at 0 and norms at 1, projections at 1 / sqrt(inputs), those into the skip path shared out over the blocks; embeddings are 2 long. */
function deviation(name: string, shape: readonly number[], blocks: number): number {
  if (shape.length === 1) return 0;
  if (name.includes("token_embedding")) return 2 / Math.sqrt(shape[1]!);
  if (name.includes("position_embedding")) return 0.4 / Math.sqrt(shape[1]!);
  return (/(out_proj|fc2)/.test(name) ? 1 / Math.sqrt(2 * blocks) : 1) / Math.sqrt(shape[1]!);
}

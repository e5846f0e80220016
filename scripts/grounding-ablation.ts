// What each grounding term does: networks that go on from the same weights for as many minutes each, with none of the terms,
// with one, and with several; then what they draw, and what their words are given. After `npm run build`:
//   npx tsx scripts/grounding-ablation.ts --from MODEL [--out runs/ablation] [--minutes 10] [--only none,effect] [--threads 1]
//     [--pictures 100] [--scenes 200]
// Networks and figures that are there stay; the table is of all that are there. Two of these commands with other variants may
// run beside each other.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { parseFile, parseJson } from "../src/files/read.js";
import { writeFileAtomic } from "../src/files/write.js";
import { parseTrainConfig } from "../src/train/config.js";
import { pellucid } from "./pellucid.js";

const metric = z.object({ value: z.number(), low: z.number(), high: z.number() });
const figuresSchema = z.object({ metrics: z.record(z.string(), metric) });

const { grounding: bundled, ...settings } = parseFile("configs/emoji.json", (bytes) =>
  parseTrainConfig(parseJson(bytes)),
);
const { concentration, responsibility, effect } = bundled;

/** The weights of the bundled model's terms, in several combinations. */
const VARIANTS = {
  none: {},
  concentration: { concentration },
  responsibility: { responsibility },
  effect: { effect },
  "concentration and responsibility": { concentration, responsibility },
  all: { concentration, responsibility, effect },
};
type Variant = keyof typeof VARIANTS;

/** What is measured, by the command that does, and the columns of the table. */
const FIGURES = {
  quality: ["accuracy.object", "accuracy.hat", "accuracy.objectColour", "frechet"],
  localisation: ["localisation.one.t200", "localisation.one.t800", "responsibility.object"],
  deletion: ["deletion.mismatch", "deletion.rank.t200", "deletion.rank.t800"],
} as const;
type Measured = keyof typeof FIGURES;

const { values } = parseArgs({
  options: {
    from: { type: "string" },
    out: { type: "string", default: "runs/ablation" },
    minutes: { type: "string", default: "10" },
    only: { type: "string", default: Object.keys(VARIANTS).join(",") },
    threads: { type: "string", default: "1" },
    pictures: { type: "string", default: "100" },
    scenes: { type: "string", default: "200" },
  },
});
const { from, out, minutes, only, threads, pictures, scenes } = values;
if (from === undefined) throw new Error("--from MODEL is missing: the weights that all variants start with");
const counts: Record<Measured, string> = { quality: pictures, localisation: scenes, deletion: scenes };
const chosen = only.split(",").map(variantOf);

for (const variant of chosen) train(variant, from);
for (const variant of chosen) {
  for (const what of Object.keys(FIGURES) as Measured[]) measure(variant, what);
}
process.stdout.write(`${table()}\n`);

function variantOf(name: string): Variant {
  const variant = (Object.keys(VARIANTS) as Variant[]).find((known) => known === name);
  if (variant === undefined)
    throw new Error(
      `--only takes ${Object.keys(VARIANTS).join(", ")}; got ${JSON.stringify(name)}; name some of these`,
    );
  return variant;
}

/** Only the terms differ: no guidance, no reader, one rate, one order of pictures. A run that was cut short starts again. */
function train(variant: Variant, start: string): void {
  const finished = folderOf(variant);
  if (existsSync(finished)) return;
  const run = `${finished}.unfinished`;
  rmSync(run, { recursive: true, force: true });
  const config = parseTrainConfig({
    ...settings,
    ...{ batch: 24, replicas: 1, steps: 1_000_000, learningRate: 0.0003, warmup: 40, decay: 0, ema: 0.99 },
    ...{ builtInGuidance: 1, recognition: 0, emphasis: {} },
    grounding: { share: bundled.share, pictures: bundled.pictures, ramp: 40, ...VARIANTS[variant] },
  });
  mkdirSync(run, { recursive: true });
  const file = join(run, "settings.json");
  writeFileAtomic(file, new TextEncoder().encode(JSON.stringify(config, undefined, 2)), "replace");
  const until = ["--minutes", minutes, "--samples", "0", "--threads", threads];
  pellucid(["train", file, "--out", run, "--from", start, ...until]);
  renameSync(run, finished);
}

function measure(variant: Variant, what: Measured): void {
  if (existsSync(figuresOf(variant, what))) return;
  const model = join(folderOf(variant), "model");
  const options = ["--count", counts[what], "--threads", threads, "--json"];
  const found = pellucid(["evaluate", what, model, ...options]);
  writeFileAtomic(figuresOf(variant, what), new TextEncoder().encode(found), "replace");
}

function folderOf(variant: Variant): string {
  return join(out, variant.replaceAll(" ", "-"));
}

function figuresOf(variant: Variant, what: Measured): string {
  return join(folderOf(variant), `${what}.json`);
}

/** One row a variant whose figures are all there, in Markdown; each with its 95 % interval. */
function table(): string {
  const columns = Object.values(FIGURES).flat();
  const rows = (Object.keys(VARIANTS) as Variant[]).flatMap((variant) => {
    const files = (Object.keys(FIGURES) as Measured[]).map((what) => figuresOf(variant, what));
    if (!files.every((file) => existsSync(file))) return [];
    const metrics = files.map((file) => figuresSchema.parse(parseFile(file, parseJson)).metrics);
    const all: z.infer<typeof figuresSchema>["metrics"] = Object.assign({}, ...metrics);
    const cells = columns.map((name) => {
      const found = all[name];
      if (found === undefined) return "none asked for";
      const { value, low, high } = found;
      return `${value.toPrecision(2)} [${low.toPrecision(2)}, ${high.toPrecision(2)}]`;
    });
    return [[variant, ...cells]];
  });
  const head = ["terms", ...columns];
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

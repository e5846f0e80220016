// Makes N pairs in shards in a temporary folder, and measures in a process of its own what drawing batches from them takes:
//   tsx scripts/laion/measure-shards.ts 100000
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { encodeShard } from "../../src/dataset/shards/shard.js";
import { openTrainingData } from "../../src/dataset/training/data.js";
import { alphaBars } from "../../src/diffusion/schedule.js";
import { loadVocabulary, loadWordTable } from "../../src/files/assets.js";
import { promptEncoder } from "../../src/model/prompt-encoder.js";
import { makeBatch } from "../../src/train/batch.js";
import { parseTrainConfig } from "../../src/train/config.js";

const PER_SHARD = 1000;
const STEPS = 100;

const [what = "100000", made] = process.argv.slice(2);
if (what === "--measure" && made !== undefined) await measure(made);
else await makeAndMeasure(Number(what));

async function makeAndMeasure(total: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pellucid-shards-"));
  try {
    const pictures = await Promise.all(Array.from({ length: 20 }, (_, n) => noisyPicture(n)));
    for (let first = 0; first < total; first += PER_SHARD) {
      const outcomes = Array.from({ length: Math.min(PER_SHARD, total - first) }, (_, i) => ({
        index: first + i,
        sample: {
          caption: `A photograph of a cat, number ${first + i}, at the sea`,
          facts: { url: `https://images.example.org/${first + i}.jpg` },
          png: pictures[i % pictures.length]!,
        },
      }));
      const name = `${String(first / PER_SHARD).padStart(6, "0")}.tar`;
      writeFileSync(join(folder, name), (await encodeShard(outcomes)).tar);
    }
    const words = ["--import", "tsx", "scripts/laion/measure-shards.ts", "--measure", folder];
    const { status } = spawnSync(process.execPath, words, { stdio: "inherit" });
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(folder: string): Promise<void> {
  const config = parseTrainConfig({
    model: {
      name: "measured",
      unet: {
        modelChannels: 32,
        channelMultipliers: [1],
        attentionFactors: [],
        headChannels: 32,
        contextWidth: 128,
        layers: { kind: "bcos" },
      },
    },
    data: { kind: "shards", path: folder },
    batch: 64,
    steps: STEPS,
    learningRate: 0.001,
  });
  const before = performance.now();
  const { examples, pairs } = await openTrainingData(config);
  const opened = performance.now();
  const assets = { vocabulary: loadVocabulary(), words: loadWordTable() };
  const source = {
    config,
    examples,
    encodePrompt: promptEncoder(config.model, assets),
    alphaBar: alphaBars({ name: config.model.schedule }),
  };
  for (let step = 1; step <= STEPS; step++) await makeBatch(source, step);
  const seconds = (performance.now() - opened) / 1000;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const rate = Math.round((STEPS * config.batch) / seconds);
  process.stdout.write(
    `${pairs} pairs found in ${((opened - before) / 1000).toFixed(1)} s; ${STEPS} batches of ${config.batch}: ${rate} pairs/s; ` +
      `${Math.round(maxRSS / 1024)} MiB at most, ${((userCPUTime + systemCPUTime) / 1e6).toFixed(1)} s of processor time\n`,
  );
}

/** A picture that compresses as badly as photographs do. */
async function noisyPicture(n: number): Promise<Uint8Array> {
  const background = { r: 10 * n, g: 120, b: 200 };
  const noise = { type: "gaussian", mean: 128, sigma: 25 } as const;
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background, noise } })
    .png()
    .toBuffer();
  return Uint8Array.from(picture);
}

/**
 * Prints how the distances of docs/distances.md answer to what can be wrong with pictures: real scenes, spoilt in known ways,
 * are compared with others. `npx tsx scripts/distances.ts [--count 2000] [--resamples 50]`
 */
import { parseArgs } from "node:util";
import sharp from "sharp";
import { SIZE } from "../src/data/canvas.js";
import { type Scene, scene } from "../src/data/scene.js";
import { distanceMetrics } from "../src/evaluate/distances.js";
import type { FeatureNetwork, Features, Pictures } from "../src/evaluate/features.js";
import type { Metric } from "../src/evaluate/interval.js";
import { realScenes } from "../src/evaluate/real-scenes.js";
import { loadFeatureNetwork } from "../src/files/feature-network.js";
import { loadSprites } from "../src/files/sprites.js";
import { generatorOf, normalFrom, uniformFrom } from "../src/random.js";
import { nodeCompiler } from "../src/runtime/node.js";

const { values } = parseArgs({
  options: { count: { type: "string", default: "2000" }, resamples: { type: "string", default: "50" } },
});
const count = Number(values.count);
const sprites = loadSprites();
/** Neither the training scenes' seed nor the fresh ones'. */
const SEED = 11;

function blurred(rgb: Uint8Array, sigma: number): Promise<Uint8Array> {
  const raw = { width: SIZE, height: SIZE, channels: 3 } as const;
  return sharp(rgb, { raw }).blur(sigma).raw().toBuffer();
}

/** Normal noise of a standard deviation in levels of 255. */
function noisy(rgb: Uint8Array, index: number, deviation: number): Uint8Array {
  const normal = normalFrom(generatorOf(index));
  return Uint8Array.from(Uint8ClampedArray.from(rgb, (value) => value + deviation * normal()));
}

const channelsSwapped = (rgb: Uint8Array) => rgb.map((_, i) => rgb[i - (i % 3) + ((i + 1) % 3)]!);

/** The sixteen squares of 16 pixels in random order. */
function shuffled(rgb: Uint8Array, index: number): Uint8Array {
  const uniform = uniformFrom(generatorOf(index));
  const order = Array.from({ length: 16 }, (_, square) => ({ square, key: uniform() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ square }) => square);
  return rgb.map((_, i) => {
    const [y, x] = [Math.floor(i / 3 / SIZE), Math.floor(i / 3) % SIZE];
    const from = order[Math.floor(y / 16) * 4 + Math.floor(x / 16)]!;
    const [row, column] = [Math.floor(from / 4) * 16 + (y % 16), (from % 4) * 16 + (x % 16)];
    return rgb[(row * SIZE + column) * 3 + (i % 3)]!;
  });
}

/** As many scenes as wanted that are of a kind. */
function chosen(wanted: (made: Scene) => boolean): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let index = 0; found.length < count; index++) {
    const made = scene(sprites, { seed: SEED + 1, index });
    if (wanted(made)) found.push(made.rgb);
  }
  return found;
}

/** The network, with the features of sets that it has seen. */
function remembering(network: FeatureNetwork): FeatureNetwork {
  const known = new Map<Pictures, Features>();
  return {
    ...network,
    async features(pictures, run) {
      const features = known.get(pictures) ?? (await network.features(pictures, run));
      known.set(pictures, features);
      return features;
    },
  };
}

function shown({ value, low, high }: Metric, digits: number): string {
  const interval = low === high ? "" : ` [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
  return `${value.toFixed(digits)}${interval}`;
}

const { training, fresh } = realScenes(sprites, count);
const scenes = Array.from({ length: count }, (_, index) => scene(sprites, { seed: SEED, index }).rgb);
const network = remembering(await loadFeatureNetwork(nodeCompiler()));

async function printRow(name: string, pictures: Pictures, references = { training, fresh }): Promise<void> {
  const resamples = Number(values.resamples);
  const found = await distanceMetrics({ pictures, ...references, network, resamples });
  const cells = [
    shown(found.frechet!, 1),
    shown(found.kernel!, 4),
    shown(found["nearestSprite.median"]!, 2),
    `${(100 * found["nearestSprite.copies"]!.value).toFixed(1)} %`,
  ];
  process.stdout.write(`| ${name} | ${pictures.length} | ${cells.join(" | ")} |\n`);
}

process.stdout.write("| pictures | n | frechet | kernel | nearestSprite.median | nearestSprite.copies |\n");
process.stdout.write("|---|---|---|---|---|---|\n");
for (const share of [1, 4]) {
  const part = (set: Pictures) => set.slice(0, Math.floor(count / share));
  await printRow("real scenes", part(scenes), { training: part(training), fresh: part(fresh) });
}
for (const sigma of [1, 2]) {
  await printRow(`blurred, sigma ${sigma}`, await Promise.all(scenes.map((rgb) => blurred(rgb, sigma))));
}
for (const deviation of [5, 12, 25]) {
  await printRow(
    `noise of ${deviation} levels`,
    scenes.map((rgb, index) => noisy(rgb, index, deviation)),
  );
}
await printRow("channels swapped", scenes.map(channelsSwapped));
await printRow("squares of 16 shuffled", scenes.map(shuffled));
await printRow(
  "flamingos alone",
  chosen(({ attributes }) => attributes.object === "flamingo"),
);
await printRow(
  "training scenes, noise of 2 levels",
  training.map((rgb, index) => noisy(rgb, index, 2)),
);
await network.release();

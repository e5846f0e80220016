/**
 * Rasterises the artwork of scripts/sprites into assets/sprites.json and assets/sprites.bin.
 *
 *   npm --prefix scripts/sprites ci && npx tsx scripts/sprites/build.ts [--share-alike] [--out DIR]
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { z } from "zod";
import type { SpriteIndex } from "../../src/data/sprites.js";
import type { Colour } from "../../src/data/vocabulary.js";
import { type Artwork, permissive, shareAlike } from "./artwork.js";
import { type Bitmap, neutralise, pivotOf } from "./bitmap.js";

/** The longest side of a drawing, in pixels. */
const SIDE = 96;

const here = import.meta.dirname;

const iconSet = z.object({
  width: z.number().default(16),
  height: z.number().default(16),
  icons: z.record(
    z.string(),
    z.object({
      body: z.string(),
      left: z.number().default(0),
      top: z.number().default(0),
      width: z.number().optional(),
      height: z.number().optional(),
    }),
  ),
});

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** The drawing as a file's bytes: SVG from an Iconify set, WebP from the folder of renders. */
function artworkFile(artwork: Artwork, icon: string): Buffer {
  const folder = path.join(here, "node_modules", artwork.source.package);
  if (artwork.source.style === "render") return readFileSync(path.join(folder, "assets", `${icon}.webp`));
  const set = iconSet.parse(readJson(path.join(folder, "icons.json")));
  const found = set.icons[icon];
  if (found === undefined) throw new Error(`${artwork.source.package} has no icon "${icon}"`);
  const width = found.width ?? set.width;
  const height = found.height ?? set.height;
  const names = `xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`;
  const box = `viewBox="${found.left} ${found.top} ${width} ${height}" width="${width}" height="${height}"`;
  return Buffer.from(`<svg ${names} ${box}>${found.body}</svg>`);
}

/** Trimmed to what is drawn, longest side SIDE, with a clear border of one pixel. */
async function rasterise(file: Buffer, turn: number): Promise<Bitmap> {
  const clear = { r: 0, g: 0, b: 0, alpha: 0 };
  const large = await sharp(file, { density: 300 })
    .ensureAlpha()
    .resize(512, 512, { fit: "contain", background: clear })
    .png()
    .toBuffer();
  const level = await sharp(large).rotate(turn, { background: clear }).png().toBuffer();
  const tight = await sharp(level).trim({ background: clear, threshold: 8 }).png().toBuffer();
  const { data, info } = await sharp(tight)
    .resize(SIDE - 2, SIDE - 2, { fit: "inside" })
    .extend({ top: 1, bottom: 1, left: 1, right: 1, background: clear })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: new Uint8Array(data) };
}

const { values } = parseArgs({
  options: {
    "share-alike": { type: "boolean", default: false },
    out: { type: "string", default: path.join(here, "../../assets") },
  },
});
const collection = values["share-alike"] ? [...permissive, ...shareAlike] : permissive;
const objects: SpriteIndex["objects"] = [];
const hats: SpriteIndex["hats"] = [];
const chunks: Uint8Array[] = [];
let offset = 0;

async function add(artwork: Artwork, source: number, icon: string, colour: Colour, turn: number) {
  const drawn = await rasterise(artworkFile(artwork, icon), turn);
  const bitmap = artwork.neutral.includes(icon) ? neutralise(drawn) : drawn;
  const { width, height, pixels } = bitmap;
  const place = { source, icon, width, height, offset, pivot: pivotOf(bitmap, colour) };
  chunks.push(pixels);
  offset += pixels.length;
  return place;
}

for (const [source, artwork] of collection.entries()) {
  for (const [icon, subject, colour, x, y, width] of artwork.objects) {
    const place = await add(artwork, source, icon, colour, 0);
    objects.push({ subject, colour, ...place, head: { x, y, width } });
  }
  for (const [icon, subject, colour, x, y, scale, turn] of artwork.hats) {
    const place = await add(artwork, source, icon, colour, turn);
    hats.push({ subject, colour, ...place, seat: { x, y, scale } });
  }
}

const index: SpriteIndex = {
  version: 1,
  sources: collection.map((artwork) => artwork.source),
  objects,
  hats,
};
const packed = deflateSync(Buffer.concat(chunks), { level: 9 });

mkdirSync(values.out, { recursive: true });
for (const [name, bytes] of [
  ["sprites.bin", packed],
  ["sprites.json", `${JSON.stringify(index, null, 1)}\n`],
] as const) {
  const file = path.join(values.out, name);
  writeFileSync(`${file}.partial`, bytes);
  renameSync(`${file}.partial`, file);
}
console.error(`${objects.length} objects and ${hats.length} hats, ${(packed.length / 1024).toFixed(0)} KiB`);

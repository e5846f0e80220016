/**
 * Draws every drawing bare and under each hat of its set, to see whether the hats sit.
 *
 *   npx tsx scripts/sprites/sheet.ts [FOLDER OF SPRITES [PNG]]
 */
import sharp from "sharp";
import { dressed } from "../../src/data/figure.js";
import type { Sprite, Sprites } from "../../src/data/sprites.js";
import { HATS } from "../../src/data/vocabulary.js";
import { drawText, shorten } from "../../src/figure/text.js";
import { loadFont } from "../../src/files/font.js";
import { loadSprites } from "../../src/files/sprites.js";
import { writeFileAtomic } from "../../src/files/write.js";

const CELL = { width: 124, height: 150 };
const LABEL = 16;
const LABEL_STYLE = { size: 9, weight: "regular", fill: "#1f2328" } as const;
const COLUMNS = 10;

function straight({ width, height, pixels }: Sprite) {
  const data = pixels.slice();
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]! / 255;
    if (alpha > 0) for (let c = i; c < i + 3; c++) data[c] = Math.min(255, Math.round(data[c]! / alpha));
  }
  return sharp(data, { raw: { width, height, channels: 4 } });
}

/** One figure, scaled to its cell, as layers with places relative to the cell. */
async function layersOf(figure: ReturnType<typeof dressed>) {
  const [left, top, right, bottom] = figure.box;
  const zoom = Math.min(1, (CELL.width - 6) / (right - left), (CELL.height - LABEL - 6) / (bottom - top));
  const parts = [
    { sprite: figure.object, scale: 1, x: 0, y: 0 },
    ...(figure.hat === null
      ? []
      : [{ sprite: figure.hat, scale: figure.hatMap.a, x: figure.hatMap.c, y: figure.hatMap.f }]),
  ];
  return Promise.all(
    parts.map(async ({ sprite, scale, x, y }) => ({
      input: await straight(sprite)
        .resize(Math.max(1, Math.round(sprite.width * scale * zoom)))
        .png()
        .toBuffer(),
      left: Math.round((x - left) * zoom) + 3,
      top: Math.round((y - top) * zoom) + LABEL,
    })),
  );
}

/** Every object bare, then under each kind of hat: five columns each, some of them empty. */
function figuresOf(sprites: Sprites) {
  return sprites.objects.flatMap((object, row) => {
    const set = sprites.sources[object.source]?.package.replace(/^@[^/]*\//, "") ?? "";
    const hats = HATS.map((name) =>
      sprites.hats.find((hat) => hat.source === object.source && hat.subject === name),
    );
    return [null, ...hats].flatMap((hat, column) => {
      if (hat === undefined) return [];
      const label = hat === null ? `${set} ${object.icon} (${object.colour})` : hat.subject;
      return [{ label, figure: dressed(object, hat), cell: row * 5 + column }];
    });
  });
}

const [folder, out = new URL("../../docs/images/sprites.png", import.meta.url).pathname] =
  process.argv.slice(2);
const figures = figuresOf(loadSprites(folder));
const [width, height] = [
  COLUMNS * CELL.width,
  Math.ceil((figures.at(-1)?.cell ?? 0) / COLUMNS) * CELL.height,
];
const corner = (i: number) => ({ x: (i % COLUMNS) * CELL.width, y: Math.floor(i / COLUMNS) * CELL.height });
const pictures = await Promise.all(
  figures.map(async ({ figure, cell }) => {
    const layers = await layersOf(figure);
    return layers.map((layer) => ({
      ...layer,
      left: layer.left + corner(cell).x,
      top: layer.top + corner(cell).y,
    }));
  }),
);
const font = loadFont();
const labels = figures.map(({ label, cell }) =>
  drawText(font, shorten(font, label, LABEL_STYLE, CELL.width - 6), LABEL_STYLE, {
    x: corner(cell).x + 3,
    y: corner(cell).y + 12,
  }),
);
const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${labels.join("")}</svg>`;
const sheet = await sharp({ create: { width, height, channels: 3, background: "#c9dde8" } })
  .composite([...pictures.flat(), { input: Buffer.from(text), left: 0, top: 0 }])
  .png({ palette: true, compressionLevel: 9 })
  .toBuffer();
writeFileAtomic(out, sheet, "replace");

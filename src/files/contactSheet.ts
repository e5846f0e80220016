import sharp from "sharp";
import { SIZE } from "../data/canvas.js";
import type { Masks } from "../data/compose.js";
import type { Scene } from "../data/scene.js";

const COLUMNS = 5;
const CELL = { width: 272, height: 184 };
/** Pictures are shown at twice their size. */
const SHOWN = SIZE * 2;
const LINE = 42;

/** The masks as one picture, [64, 64, 3]: orange object, blue hat, black background, soft edges mixed. */
export function maskPicture({ object, hat }: Masks): Uint8Array {
  const out = new Uint8Array(object.length * 3);
  const mixed = (i: number, objectLevel: number, hatLevel: number): number =>
    Math.round((object[i]! * objectLevel + hat[i]! * hatLevel) / 255);
  for (let i = 0; i < object.length; i++) {
    out.set([mixed(i, 230, 86), mixed(i, 159, 180), mixed(i, 0, 233)], i * 3);
  }
  return out;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** At most LINE letters a line. */
function lines(caption: string): string[] {
  return caption.match(new RegExp(`.{1,${LINE}}(?: |$)`, "g")) ?? [];
}

async function enlarged(rgb: Uint8Array): Promise<Buffer> {
  return sharp(rgb, { raw: { width: SIZE, height: SIZE, channels: 3 } })
    .resize(SHOWN, SHOWN, { kernel: "nearest" })
    .png()
    .toBuffer();
}

/** A PNG that shows each scene beside its masks and above its caption, five scenes a row. */
export async function contactSheet(scenes: readonly Scene[]): Promise<Uint8Array> {
  const width = COLUMNS * CELL.width;
  const height = Math.max(1, Math.ceil(scenes.length / COLUMNS)) * CELL.height;
  const corner = (i: number) => ({
    left: (i % COLUMNS) * CELL.width + 4,
    top: Math.floor(i / COLUMNS) * CELL.height + 4,
  });
  const pictures = scenes.flatMap(({ rgb, masks }, i) => {
    const { left, top } = corner(i);
    return [
      { pixels: rgb, left, top },
      { pixels: maskPicture(masks), left: left + SHOWN + 6, top },
    ];
  });
  const text = scenes.flatMap(({ caption }, i) => {
    const { left, top } = corner(i);
    return lines(caption).map(
      (line, row) => `<text x="${left}" y="${top + SHOWN + 15 + row * 15}">${escaped(line)}</text>`,
    );
  });
  const captions = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-size="12" font-family="DejaVu Sans, sans-serif">${text.join("")}</svg>`;
  const layers = await Promise.all(
    pictures.map(async ({ pixels, left, top }) => ({ input: await enlarged(pixels), left, top })),
  );
  const sheet = await sharp({ create: { width, height, channels: 3, background: "#ffffff" } })
    .composite([...layers, { input: Buffer.from(captions), left: 0, top: 0 }])
    .png({ palette: true, compressionLevel: 9 })
    .toBuffer();
  return Uint8Array.from(sheet);
}

import { SIZE } from "../data/canvas.js";
import type { Masks } from "../data/compose.js";
import type { Scene } from "../data/scene.js";
import type { Raster } from "../figure/block.js";
import { type SheetEntry, type SheetLayout, sheetDrawing } from "../figure/sheet.js";
import { rasterise } from "./figure.js";
import { loadFont } from "./font.js";

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

/** A PNG of pictures above their captions. */
export function sheetPicture(
  entries: readonly SheetEntry[],
  layout: SheetLayout,
): Promise<Uint8Array<ArrayBuffer>> {
  return rasterise(sheetDrawing(entries, layout, loadFont()));
}

/** A PNG that shows each scene beside its masks and above its caption, five scenes a row. */
export function contactSheet(scenes: readonly Scene[]): Promise<Uint8Array<ArrayBuffer>> {
  const square = (rgb: Uint8Array): Raster => ({ width: SIZE, height: SIZE, rgb });
  const entries = scenes.map(({ rgb, masks, caption }) => ({
    rasters: [square(rgb), square(maskPicture(masks))],
    caption,
  }));
  return sheetPicture(entries, { columns: 5, scale: 2 });
}

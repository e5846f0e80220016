import sharp from "sharp";
import type { Explanation } from "../explain/schema.js";
import { attributionDrawing, type ShownAttribution } from "../figure/attribution.js";
import type { Drawing, Panel } from "../figure/block.js";
import { explanationDrawing } from "../figure/explanation.js";
import type { FigurePanels } from "../figure/panels.js";
import { loadFont } from "./font.js";

/** The figure of an explanation as PNG. Throws UsageError if the panels don't fit the document. */
export function explanationFigure(
  document: Explanation,
  panels: FigurePanels,
): Promise<Uint8Array<ArrayBuffer>> {
  return rasterise(explanationDrawing(document, panels, loadFont()));
}

/** The figure of a method's attribution as PNG. */
export const attributionFigure = (shown: ShownAttribution): Promise<Uint8Array<ArrayBuffer>> =>
  rasterise(attributionDrawing(shown, loadFont()));

/** A drawing as PNG; pixels of panels keep their exact colours where no mark lies over them. */
export async function rasterise({ width, height, svg, panels }: Drawing): Promise<Uint8Array<ArrayBuffer>> {
  const ground = groundOf(width, height, panels);
  const png = await sharp(ground, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(svg), left: 0, top: 0 }])
    .removeAlpha()
    .png({ compressionLevel: 9 })
    .toBuffer();
  return Uint8Array.from(png);
}

/** The panels, enlarged, on white [height, width, 3]. */
function groundOf(width: number, height: number, panels: readonly Panel[]): Uint8Array {
  const ground = new Uint8Array(3 * width * height).fill(255);
  for (const { raster, x, y, scale } of panels) {
    for (let row = 0; row < raster.height * scale; row++) {
      for (let column = 0; column < raster.width * scale; column++) {
        const from = 3 * (Math.floor(row / scale) * raster.width + Math.floor(column / scale));
        ground.set(raster.rgb.subarray(from, from + 3), 3 * ((y + row) * width + x + column));
      }
    }
  }
  return ground;
}

import type { Explanation } from "../explain/schema.js";
import { type Block, grid, layers, marks, panelBlock } from "./block.js";
import { pictureRaster } from "./colour.js";
import type { Font } from "./font.js";
import { formatError } from "./format.js";
import type { FigurePanels } from "./panels.js";
import { rectangle } from "./shapes.js";
import type { FigureSize } from "./size.js";
import { drawText, shorten, wrap } from "./text.js";
import { QUIET, SMALL, STRONG, TRACK } from "./theme.js";

/** Why there is no normalised reconstruction, as a panel says it. */
export const REASONS: Record<NonNullable<Explanation["reconstruction"]["undefinedReason"]>, string> = {
  "eps-prediction": "undefined for eps models: noise and its complement add up to 0",
  "no-tokens": "undefined: the prompt has no tokens",
  "vanishing-denominator": "undefined: the prompt supplies next to no mass in a part of the picture",
};

/** The picture, and what the prompt alone makes of it: as it is (Eq. 6) and normalised (Eq. 7). */
export function pictureRow(document: Explanation, panels: FigurePanels, size: FigureSize, font: Font): Block {
  const { width, height } = document.settings;
  const { scale, pitch } = size.picture;
  const shown = (picture: Float32Array) => panelBlock(pictureRaster(picture, document.settings), scale);
  const { mse, normalisedMse, undefinedReason } = document.reconstruction;
  const blocks = [
    captioned(
      shown(panels.picture),
      "The picture",
      scale === 1 ? `${width} × ${height} pixels` : `${width} × ${height} pixels, ${scale} times as large`,
      font,
    ),
    captioned(
      shown(panels.reconstruction),
      "What the prompt supplied",
      `sum of its parts (Eq. 6), MSE ${formatError(mse)}`,
      font,
    ),
    panels.normalised === null || normalisedMse === null
      ? captioned(
          emptyPanel(
            width * scale,
            height * scale,
            REASONS[undefinedReason ?? "vanishing-denominator"],
            font,
          ),
          "The same, normalised",
          "scaled to full mass (Eq. 7)",
          font,
        )
      : captioned(
          shown(panels.normalised),
          "The same, normalised",
          `scaled to full mass (Eq. 7), MSE ${formatError(normalisedMse)}`,
          font,
        ),
  ];
  return grid(blocks, 3, pitch, 0);
}

/** A panel above its title and a line of detail, both shortened to its width. */
export function captioned(panel: Block, title: string, detail: string, font: Font): Block {
  const fitted = (text: string, style: typeof SMALL) => shorten(font, text, style, panel.width);
  const caption = marks(panel.width, 40, [
    drawText(font, fitted(title, STRONG), STRONG, { x: 0, y: 20 }),
    drawText(font, fitted(detail, SMALL), SMALL, { x: 0, y: 37 }),
  ]);
  return layers([
    { block: panel, x: 0, y: 0 },
    { block: caption, x: 0, y: panel.height },
  ]);
}

/** A panel that says why there is no picture. */
export function emptyPanel(width: number, height: number, reason: string, font: Font): Block {
  const style = { ...SMALL, fill: QUIET };
  const lines = wrap(font, reason, style, width - 40, 6);
  const top = height / 2 - 8 * lines.length + 12;
  return marks(width, height, [
    rectangle({ x: 0, y: 0, width, height }, TRACK),
    ...lines.map((line, i) =>
      drawText(font, line, style, { x: width / 2, y: Math.round(top + 16 * i), anchor: "middle" }),
    ),
  ]);
}

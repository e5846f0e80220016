import { type Block, layers, marks, panelBlock } from "./block.js";
import { mapRaster } from "./colour.js";
import type { Font } from "./font.js";
import type { FigureMapForm } from "./panels.js";
import { drawText, textWidth } from "./text.js";
import { SMALL } from "./theme.js";

const BAR = { width: 160, height: 10 } as const;

/** What a map says, and how its values are written. */
export interface LegendText {
  readonly unit: string;
  readonly tick: (value: number) => string;
}

/** The forms of maps of contributions. */
export const FORMS: Readonly<Record<FigureMapForm, LegendText>> = {
  excess: {
    unit: "excess share: percentage points above the word's average",
    tick: (value) => (100 * value).toFixed(1),
  },
  share: { unit: "share of the pixel's content, in percent", tick: (value) => (100 * value).toFixed(1) },
  magnitude: {
    unit: "size of the word's content, summed over r, g and b",
    tick: (value) => value.toFixed(3),
  },
};

/** The colour scale of the maps, from 0 to `scale`, with its unit; aligned on the right of `width`. */
export function legend({ unit, tick }: LegendText, scale: number, width: number, font: Font): Block {
  const ramp = Float32Array.from(
    { length: BAR.width * BAR.height },
    (_, i) => (i % BAR.width) / (BAR.width - 1),
  );
  const bar = panelBlock(mapRaster(ramp, BAR, 1), 1);
  const largest = tick(scale);
  const barX = width - Math.ceil(textWidth(font, largest, SMALL)) - 8 - BAR.width;
  return layers([
    {
      block: marks(width, 38, [
        drawText(font, "0", SMALL, { x: barX - 8, y: 15, anchor: "end" }),
        drawText(font, largest, SMALL, { x: width, y: 15, anchor: "end" }),
        drawText(font, unit, SMALL, { x: width, y: 34, anchor: "end" }),
      ]),
      x: 0,
      y: 0,
    },
    { block: bar, x: barX, y: 6 },
  ]);
}

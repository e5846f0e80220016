import type { MapTreatment } from "../explain/map-treatment.js";
import { sharedScale } from "../explain/maps.js";
import type { Generation } from "../explain/schema.js";
import { type Block, type Drawing, layers, marks, page, panelBlock, stack } from "./block.js";
import { pictureRaster } from "./colour.js";
import type { Font } from "./font.js";
import { formatShare } from "./format.js";
import { madeBy, promptTitle } from "./frame.js";
import { type LegendText, legend } from "./legend.js";
import { mapGrid } from "./map-grid.js";
import { rectangle } from "./shapes.js";
import { type FigureSize, figureSize } from "./size.js";
import { drawText, shorten, wrap } from "./text.js";
import { BAR_FILL, BODY, HAIRLINE, HEADING, MARGIN, SECTION_GAP, SMALL, STRONG, TRACK } from "./theme.js";

/** What a method says of a picture, as a figure shows it. */
export interface ShownAttribution {
  /** The method's name, and what its maps show. */
  readonly method: { readonly title: string; readonly shows: string };
  /** More to know: what was explained, its cost, its completeness; a line each. */
  readonly notes: readonly string[];
  readonly generation: Generation;
  readonly picture: Float32Array; // [3, H, W]
  /** The prompt's words with their shares of all that the method gave, 0..1. */
  readonly words: readonly { readonly text: string; readonly share: number }[];
  /** A map [H, W] per word, treated. */
  readonly maps: readonly Float32Array[];
  readonly form: MapTreatment;
}

const FORMS: Readonly<Record<MapTreatment, LegendText>> = {
  excess: {
    unit: "excess share: percentage points above the word's average",
    tick: (value) => (100 * value).toFixed(1),
  },
  share: { unit: "share of the pixel, in percent", tick: (value) => (100 * value).toFixed(1) },
  raw: { unit: "as the method gives it", tick: (value) => value.toPrecision(3) },
  lead: {
    unit: "as the method gives it, where it gives no other word more",
    tick: (value) => value.toPrecision(3),
  },
};

const KEY = "bar and figure: the word's share, over the whole picture; lines: the picture's edges";

/** The figure of another method's attribution: the picture, what the method is, one map per word on one scale. */
export function attributionDrawing(shown: ShownAttribution, font: Font): Drawing {
  const { prompt, settings } = shown.generation;
  const size = figureSize(settings, shown.words.length);
  const top = stack([promptTitle(prompt, size.width, font), pictureAndMethod(shown, size, font)], 20);
  const made = marks(size.width, 30, [
    rectangle({ x: 0, y: 0, width: size.width, height: 1 }, HAIRLINE),
    drawText(font, shorten(font, madeBy(shown.generation), SMALL, size.width), SMALL, { x: 0, y: 24 }),
  ]);
  return page(stack([top, wordMaps(shown, size, font), made], SECTION_GAP), size.width, MARGIN);
}

function pictureAndMethod(
  { method, notes, generation, picture }: ShownAttribution,
  size: FigureSize,
  font: Font,
): Block {
  const shown = panelBlock(pictureRaster(picture, generation.settings), size.picture.scale);
  const width = size.width - size.picture.pitch;
  const lines = [
    { text: method.title, style: HEADING },
    ...wrap(font, `A map shows ${method.shows}.`, BODY, width, 4).map((text) => ({ text, style: BODY })),
    ...notes.flatMap((note) => wrap(font, note, SMALL, width, 3).map((text) => ({ text, style: SMALL }))),
  ];
  const words = marks(
    width,
    22 * lines.length,
    lines.map(({ text, style }, i) => drawText(font, text, style, { x: 0, y: 15 + 22 * i })),
  );
  return layers([
    { block: shown, x: 0, y: 0 },
    { block: words, x: size.picture.pitch, y: 0 },
  ]);
}

function wordMaps(
  { words, maps, form, picture, generation }: ShownAttribution,
  size: FigureSize,
  font: Font,
) {
  const pictureSize = generation.settings;
  const scale = sharedScale(maps);
  const heading = layers([
    {
      block: marks(size.width, 38, [
        drawText(font, "Where each word acted", HEADING, { x: 0, y: 15 }),
        drawText(font, KEY, SMALL, { x: 0, y: 34 }),
      ]),
      x: 0,
      y: 0,
    },
    { block: legend(FORMS[form], scale, size.width, font), x: 0, y: 0 },
  ]);
  const most = Math.max(...words.map(({ share }) => share));
  const width = pictureSize.width * size.map.scale;
  const captions = words.map(({ text, share }) => {
    const figure = formatShare(share);
    return marks(width, 32, [
      rectangle({ x: 0, y: 5, width, height: 4 }, TRACK),
      rectangle({ x: 0, y: 5, width: most === 0 ? 0 : (share / most) * width, height: 4 }, BAR_FILL),
      drawText(font, shorten(font, text, STRONG, width - 56), STRONG, { x: 0, y: 27 }),
      drawText(font, figure, BODY, { x: width, y: 27, anchor: "end" }),
    ]);
  });
  return stack([heading, mapGrid({ maps, scale, picture, pictureSize }, captions, size)], 14);
}

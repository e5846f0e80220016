import { type Block, type Drawing, grid, layers, marks, page, panelBlock, type Raster } from "./block.js";
import type { Font } from "./font.js";
import { drawText, wrap } from "./text.js";
import { BODY } from "./theme.js";

/** Pictures that belong together, such as a scene and its masks, and the line or two below them. */
export interface SheetEntry {
  readonly rasters: readonly Raster[];
  readonly caption: string;
}

/** Entries a row, and by which whole number their pictures are enlarged. */
export interface SheetLayout {
  readonly columns: number;
  readonly scale: number;
}

const MARGIN = 16;
const GAP = { column: 16, row: 14, raster: 4 } as const;
const LINE = 17;
const CAPTION_STYLE = { ...BODY, size: 12 };

/** Longest caption, in lines; longer ones are shortened. */
const LINES = 3;

/** A contact sheet: entries row by row, each its pictures side by side above its caption; all cells are as wide as the widest. */
export function sheetDrawing(
  entries: readonly SheetEntry[],
  { columns, scale }: SheetLayout,
  font: Font,
): Drawing {
  const pictures = entries.map(({ rasters }) => sideBySide(rasters, scale));
  const cell = Math.max(1, ...pictures.map(({ width }) => width));
  const blocks = entries.map(({ caption }, i) => {
    const picture = pictures[i]!;
    return layers([
      { block: picture, x: 0, y: 0 },
      { block: captionBlock(caption, cell, font), x: 0, y: picture.height },
    ]);
  });
  const shownColumns = Math.max(1, Math.min(columns, entries.length));
  const width = shownColumns * cell + (shownColumns - 1) * GAP.column;
  return page(grid(blocks, columns, cell + GAP.column, GAP.row), width, MARGIN);
}

function sideBySide(rasters: readonly Raster[], scale: number): Block {
  let x = 0;
  return layers(
    rasters.map((raster) => {
      const entry = { block: panelBlock(raster, scale), x, y: 0 };
      x += raster.width * scale + GAP.raster;
      return entry;
    }),
  );
}

function captionBlock(caption: string, width: number, font: Font): Block {
  const lines = wrap(font, caption, CAPTION_STYLE, width, LINES);
  return marks(
    width,
    LINE * lines.length + 4,
    lines.map((line, i) => drawText(font, line, CAPTION_STYLE, { x: 0, y: 16 + LINE * i })),
  );
}

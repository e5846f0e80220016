/** An 8-bit picture, rgb [height, width, 3]. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** A raster in a drawing, enlarged by a whole number: every pixel becomes a square, nothing is smoothed. */
export interface Panel {
  readonly raster: Raster;
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** A rectangle of a drawing, in pixels: SVG marks, and rasters that lie under them. */
export interface Block {
  readonly width: number;
  readonly height: number;
  readonly svg: string;
  readonly panels: readonly Panel[];
}

/** A finished drawing: `svg` is a whole document, to be laid over the panels on a white ground. */
export type Drawing = Block;

/** A block of marks alone. */
export function marks(width: number, height: number, svg: readonly string[]): Block {
  return { width, height, svg: svg.join(""), panels: [] };
}

/** A raster as a block. */
export function panelBlock(raster: Raster, scale: number): Block {
  const panel = { raster, x: 0, y: 0, scale };
  return { width: raster.width * scale, height: raster.height * scale, svg: "", panels: [panel] };
}

/** Blocks at places of their own; the result reaches as far as the farthest of them. */
export function layers(
  placed: readonly { readonly block: Block; readonly x: number; readonly y: number }[],
): Block {
  const far = (edge: (entry: (typeof placed)[number]) => number) => Math.max(0, ...placed.map(edge));
  return {
    width: far(({ block, x }) => x + block.width),
    height: far(({ block, y }) => y + block.height),
    svg: placed.map(({ block, x, y }) => moved(block.svg, x, y)).join(""),
    panels: placed.flatMap(({ block, x, y }) =>
      block.panels.map((panel) => ({ ...panel, x: panel.x + x, y: panel.y + y })),
    ),
  };
}

/** Blocks one below the other, aligned on the left, with the same gap between all. */
export function stack(blocks: readonly Block[], gap: number): Block {
  let y = 0;
  return layers(
    blocks.map((block) => {
      const entry = { block, x: 0, y };
      y += block.height + gap;
      return entry;
    }),
  );
}

/** Blocks in rows of at most `columns`, each row as high as its highest block; the columns start `pitch` apart. */
export function grid(blocks: readonly Block[], columns: number, pitch: number, gap: number): Block {
  const rows = Array.from({ length: Math.ceil(blocks.length / columns) }, (_, row) =>
    blocks.slice(row * columns, (row + 1) * columns),
  );
  return stack(
    rows.map((row) => layers(row.map((block, column) => ({ block, x: column * pitch, y: 0 })))),
    gap,
  );
}

/** The block with a margin all around, as a drawing. */
export function page(content: Block, width: number, margin: number): Drawing {
  const { svg, panels, height } = layers([{ block: content, x: margin, y: margin }]);
  const size = { width: width + 2 * margin, height: height + margin };
  const root = `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" viewBox="0 0 ${size.width} ${size.height}">`;
  return { ...size, svg: `${root}${svg}</svg>`, panels };
}

function moved(svg: string, x: number, y: number): string {
  return svg === "" || (x === 0 && y === 0) ? svg : `<g transform="translate(${x} ${y})">${svg}</g>`;
}

import type { PictureSize } from "../diffusion/picture.js";
import { type Block, grid, layers, marks, panelBlock } from "./block.js";
import { mapRaster } from "./colour.js";
import { outlinePath } from "./outline.js";
import { short } from "./shapes.js";
import type { FigureSize } from "./size.js";

const ROW_GAP = 22;

/** Maps [H, W] on one scale, and the picture [3, H, W] whose edges lie over them. */
export interface ShownMaps {
  readonly maps: readonly Float32Array[];
  readonly scale: number;
  readonly picture: Float32Array;
  readonly pictureSize: PictureSize;
}

/** A map in each cell, above its caption. */
export function mapGrid(shown: ShownMaps, captions: readonly Block[], size: FigureSize): Block {
  const outline = outlineBlock(shown, size);
  const cells = captions.map((caption, i) => {
    const map = panelBlock(mapRaster(shown.maps[i]!, shown.pictureSize, shown.scale), size.map.scale);
    return layers([
      { block: map, x: 0, y: 0 },
      { block: outline, x: 0, y: 0 },
      { block: caption, x: 0, y: map.height },
    ]);
  });
  return grid(cells, size.map.columns, size.map.pitch, ROW_GAP);
}

/** The picture's edges over a map: thin lines that leave the map's own colours as they are. */
function outlineBlock({ picture, pictureSize }: ShownMaps, { map: { scale } }: FigureSize): Block {
  const path = `<path d="${outlinePath(picture, pictureSize)}" transform="translate(.5 .5) scale(${scale})" fill="none" stroke="#fff" stroke-opacity=".45" stroke-width="${short(1 / scale)}"/>`;
  return marks(pictureSize.width * scale, pictureSize.height * scale, [path]);
}

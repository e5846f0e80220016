import type { Explanation } from "../explain/schema.js";
import { type Block, grid, layers, marks, panelBlock, stack } from "./block.js";
import { pictureRaster } from "./colour.js";
import type { Font } from "./font.js";
import { formatShare } from "./format.js";
import { rectangle } from "./shapes.js";
import type { FigureSize } from "./size.js";
import { drawText, shorten } from "./text.js";
import { BAR_FILL, BODY, HEADING, SMALL, STRONG, TRACK } from "./theme.js";

const KEY = "same seed, the word masked; bar and first figure: how far the picture moves, 0 to 1";

/** The picture [3, H, W] without each word, how far it is from the picture, and the word's share of the content beside it. */
export function withoutEachWord(
  document: Explanation,
  pictures: readonly Float32Array[],
  size: FigureSize,
  font: Font,
): Block {
  const heading = marks(size.width, 38, [
    drawText(font, "The picture without each word", HEADING, { x: 0, y: 15 }),
    drawText(font, KEY, SMALL, { x: 0, y: 34 }),
  ]);
  const distances = document.words.map(({ counterfactual }) => counterfactual?.distance ?? 0);
  const most = Math.max(...distances);
  const cells = document.words.map(({ text, relevance }, word) => {
    const picture = panelBlock(pictureRaster(pictures[word]!, document.settings), size.map.scale);
    const { width } = picture;
    const distance = distances[word]!;
    const caption = marks(width, 50, [
      rectangle({ x: 0, y: 5, width, height: 4 }, TRACK),
      rectangle({ x: 0, y: 5, width: most === 0 ? 0 : (distance / most) * width, height: 4 }, BAR_FILL),
      drawText(font, shorten(font, `without ${text}`, STRONG, width), STRONG, { x: 0, y: 27 }),
      drawText(font, distance.toFixed(3), BODY, { x: 0, y: 46 }),
      drawText(font, `supplied ${formatShare(relevance.content)}`, SMALL, { x: width, y: 46, anchor: "end" }),
    ]);
    return layers([
      { block: picture, x: 0, y: 0 },
      { block: caption, x: 0, y: picture.height },
    ]);
  });
  return stack([heading, grid(cells, size.map.columns, size.map.pitch, 22)], 14);
}

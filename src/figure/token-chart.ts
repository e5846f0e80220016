import type { Explanation } from "../explain/schema.js";
import { END_TEXT, START_TEXT } from "../text/vocabulary.js";
import { type Block, marks } from "./block.js";
import type { Font } from "./font.js";
import { formatShare } from "./format.js";
import { rectangle } from "./shapes.js";
import { drawText, shorten } from "./text.js";
import { BAR_FILL, BODY, INK, SMALL, STRONG, TRACK } from "./theme.js";

/** Width of a token chart in pixels. */
export const CHART_WIDTH = 310;

const NAME_WIDTH = 84;
const BAR = { x: 92, width: 96 } as const;
const COLUMN = { eq8: 248, content: CHART_WIDTH } as const;
const LINE = 20;
const CONTENT_FILL = "#aab2bb";

/** Marks that a layout puts around a prompt, as the paper names them. */
const MARK_NAMES: ReadonlyMap<string, string> = new Map([
  [START_TEXT, "[SOS]"],
  [END_TEXT, "[EOS]"],
  ["<|padding|>", "[REST]"], // one line for all of it
]);

/** What a token is called in charts and tables: its text, or [SOS], [EOS], and [REST] for all padding together. */
export function tokenName({ text, word }: Pick<Explanation["tokens"][number], "text" | "word">): string {
  return word === null ? (MARK_NAMES.get(text) ?? text) : text;
}

/** A bar for each token by Eq. 8 and, lighter, by content; the words at `marked` positions in bold. */
export function tokenChart(
  { tokens }: Pick<Explanation, "tokens">,
  marked: ReadonlySet<number>,
  font: Font,
): Block {
  const most = Math.max(...tokens.flatMap(({ relevance }) => [relevance.eq8, relevance.content]));
  const length = (share: number) => (most === 0 ? 0 : (share / most) * BAR.width);
  const head = [
    drawText(font, "token", SMALL, { x: 0, y: 12 }),
    rectangle({ x: COLUMN.eq8 - 52, y: 5, width: 8, height: 6 }, BAR_FILL),
    drawText(font, "Eq. 8", SMALL, { x: COLUMN.eq8, y: 12, anchor: "end" }),
    rectangle({ x: COLUMN.content - 54, y: 5, width: 8, height: 6 }, CONTENT_FILL),
    drawText(font, "content", SMALL, { x: COLUMN.content, y: 12, anchor: "end" }),
  ];
  const rows = tokens.flatMap((token, i) => {
    const { eq8, content } = token.relevance;
    const y = 20 + LINE * i;
    const isMarked = token.word !== null && marked.has(token.word);
    const style = isMarked ? STRONG : BODY;
    return [
      drawText(font, shorten(font, tokenName(token), style, NAME_WIDTH), style, { x: 0, y: y + 14 }),
      rectangle({ x: BAR.x, y: y + 3, width: BAR.width, height: 12 }, TRACK),
      rectangle({ x: BAR.x, y: y + 3, width: length(eq8), height: 6 }, isMarked ? INK : BAR_FILL),
      rectangle({ x: BAR.x, y: y + 9, width: length(content), height: 6 }, CONTENT_FILL),
      drawText(font, formatShare(eq8), style, { x: COLUMN.eq8, y: y + 14, anchor: "end" }),
      drawText(font, formatShare(content), style, { x: COLUMN.content, y: y + 14, anchor: "end" }),
    ];
  });
  return marks(CHART_WIDTH, 20 + LINE * tokens.length, [...head, ...rows]);
}

import { sharedScale } from "../explain/maps.js";
import type { Explanation } from "../explain/schema.js";
import { type Block, layers, marks, stack } from "./block.js";
import type { Font } from "./font.js";
import { formatShare } from "./format.js";
import { FORMS, legend } from "./legend.js";
import { mapGrid } from "./map-grid.js";
import type { FigurePanels } from "./panels.js";
import { rectangle } from "./shapes.js";
import type { FigureSize } from "./size.js";
import { drawText, shorten, textWidth } from "./text.js";
import { ALARM, BAR_FILL, BODY, HEADING, SMALL, STRONG, TRACK, WARNING } from "./theme.js";

/** How to read a map and what is below it. */
const KEY =
  "bar and first figure: share of the prompt's content; Eq. 8: of its mass; lines: the picture's edges";

const BAR = { y: 5, height: 4 } as const;

type WordEntry = Explanation["words"][number];

/** A map per word, all on one scale, with the word, its share of the content, and its Eq. 8 score. */
export function wordMaps(document: Explanation, panels: FigurePanels, size: FigureSize, font: Font): Block {
  const title = drawText(font, "Where each word acted", HEADING, { x: 0, y: 15 });
  if (document.words.length === 0) {
    const nothing = drawText(font, "The prompt has no words.", BODY, { x: 0, y: 40 });
    return marks(size.width, 42, [title, nothing]);
  }
  const scale = sharedScale(panels.maps);
  const heading = layers([
    { block: marks(size.width, 38, [title, drawText(font, KEY, SMALL, { x: 0, y: 34 })]), x: 0, y: 0 },
    { block: legend(FORMS[panels.form], scale, size.width, font), x: 0, y: 0 },
  ]);
  const most = Math.max(...document.words.map(({ relevance }) => relevance.content));
  const ignored = ignoredWords(document);
  const width = document.settings.width * size.map.scale;
  const captions = document.words.map((word, i) =>
    wordCaption({ word, most, width, isIgnored: ignored.has(i) }, font),
  );
  const shown = { ...panels, pictureSize: document.settings, scale };
  return stack([heading, mapGrid(shown, captions, size)], 14);
}

interface WordCaption {
  readonly word: WordEntry;
  /** The largest content share of any word: the full width of a bar. */
  readonly most: number;
  readonly width: number;
  readonly isIgnored: boolean;
}

function wordCaption({ word, most, width, isIgnored }: WordCaption, font: Font): Block {
  const { content, eq8 } = word.relevance;
  const name = isIgnored ? { ...STRONG, fill: ALARM } : STRONG;
  const share = formatShare(content);
  const shareStyle = isIgnored ? { ...BODY, fill: ALARM } : BODY;
  const flag = isIgnored ? "! ignored?" : "";
  const bar = most === 0 ? 0 : (content / most) * width;
  const room = width - (flag === "" ? 0 : textWidth(font, flag, WARNING) + 6);
  return marks(width, 50, [
    rectangle({ x: 0, y: BAR.y, width, height: BAR.height }, TRACK),
    rectangle({ x: 0, y: BAR.y, width: bar, height: BAR.height }, isIgnored ? ALARM : BAR_FILL),
    drawText(font, shorten(font, word.text, name, room), name, { x: 0, y: 27 }),
    ...(flag === "" ? [] : [drawText(font, flag, WARNING, { x: width, y: 27, anchor: "end" })]),
    drawText(font, share, shareStyle, { x: 0, y: 46 }),
    drawText(font, `Eq. 8: ${formatShare(eq8)}`, SMALL, { x: width, y: 46, anchor: "end" }),
  ]);
}

/** Indices of the words that the document warns about. */
function ignoredWords({ warnings }: Explanation): ReadonlySet<number> {
  return new Set(
    warnings.flatMap(({ code, word }) => (code === "word-ignored" && word !== null ? [word] : [])),
  );
}

import type { Explanation } from "../explain/schema.js";
import { RESIDUAL_LIMIT } from "../explain/warnings.js";
import { type Block, type Drawing, marks, page, stack } from "./block.js";
import type { Font } from "./font.js";
import { formatError } from "./format.js";
import { madeBy, promptTitle } from "./frame.js";
import { ledgerBar } from "./ledger-bar.js";
import { checkPanels, type FigurePanels } from "./panels.js";
import { pictureRow } from "./pictures.js";
import { rectangle } from "./shapes.js";
import { figureSize } from "./size.js";
import { drawText, wrap } from "./text.js";
import { ALARM, HAIRLINE, MARGIN, SECTION_GAP, SMALL, STRONG } from "./theme.js";
import { withoutEachWord } from "./without.js";
import { wordMaps } from "./words.js";

/**
 * The figure of an explanation: the picture, its reconstructions, one map per word on one scale, the ledger, and how it
 * was made. Throws UsageError if the panels don't fit the document.
 */
export function explanationDrawing(document: Explanation, panels: FigurePanels, font: Font): Drawing {
  checkPanels(document, panels);
  const size = figureSize(document.settings, document.words.length);
  const top = stack(
    [promptTitle(document.prompt, size.width, font), pictureRow(document, panels, size, font)],
    20,
  );
  const content = stack(
    [
      top,
      wordMaps(document, panels, size, font),
      ...(panels.without?.length ? [withoutEachWord(document, panels.without, size, font)] : []),
      ledgerBar(document.ledger, size.width, font),
      footer(document, size.width, font),
    ],
    SECTION_GAP,
  );
  return page(content, size.width, MARGIN);
}

function footer(document: Explanation, width: number, font: Font): Block {
  const { residual } = document;
  const isExact = residual <= RESIDUAL_LIMIT;
  const proof = `sum of parts = picture: max difference ${formatError(residual)}`;
  const complaint = `! the parts miss the picture by up to ${formatError(residual)}: don't trust these figures`;
  const lines = wrap(font, madeBy(document), SMALL, width, 2);
  return marks(width, 48 + 16 * (lines.length - 1), [
    rectangle({ x: 0, y: 0, width, height: 1 }, HAIRLINE),
    drawText(font, isExact ? proof : complaint, isExact ? STRONG : { ...STRONG, fill: ALARM }, {
      x: 0,
      y: 26,
    }),
    ...lines.map((line, i) => drawText(font, line, SMALL, { x: 0, y: 46 + 16 * i })),
  ]);
}

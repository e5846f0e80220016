import type { Explanation } from "../explain/schema.js";
import { RESIDUAL_LIMIT } from "../explain/warnings.js";
import { type Block, type Drawing, marks, page, stack } from "./block.js";
import type { Font } from "./font.js";
import { formatError, shortDigest } from "./format.js";
import { ledgerBar } from "./ledger-bar.js";
import { checkPanels, type FigurePanels } from "./panels.js";
import { pictureRow } from "./pictures.js";
import { rectangle } from "./shapes.js";
import { figureSize } from "./size.js";
import { drawText, wrap } from "./text.js";
import { ALARM, HAIRLINE, MARGIN, QUIET, SECTION_GAP, SMALL, STRONG, TITLE } from "./theme.js";
import { wordMaps } from "./words.js";

const TITLE_LINES = 3;
const TITLE_PITCH = 27;

/**
 * The figure of an explanation: the picture, its reconstructions, one map per word on one scale, the ledger, and how it
 * was made. Throws UsageError if the panels don't fit the document.
 */
export function explanationDrawing(document: Explanation, panels: FigurePanels, font: Font): Drawing {
  checkPanels(document, panels);
  const size = figureSize(document.settings, document.words.length);
  const top = stack([title(document.prompt, size.width, font), pictureRow(document, panels, size, font)], 20);
  const content = stack(
    [
      top,
      wordMaps(document, panels, size, font),
      ledgerBar(document.ledger, size.width, font),
      footer(document, size.width, font),
    ],
    SECTION_GAP,
  );
  return page(content, size.width, MARGIN);
}

function title(prompt: string, width: number, font: Font): Block {
  const lines = wrap(font, prompt, TITLE, width, TITLE_LINES);
  const [shown, style] =
    lines.length === 0 ? [["(empty prompt)"], { ...TITLE, fill: QUIET }] : [lines, TITLE];
  return marks(
    width,
    TITLE_PITCH * (shown.length - 1) + 20,
    shown.map((line, i) => drawText(font, line, style, { x: 0, y: 16 + TITLE_PITCH * i })),
  );
}

function footer(
  { residual, seed, model, settings, pellucid }: Explanation,
  width: number,
  font: Font,
): Block {
  const isExact = residual <= RESIDUAL_LIMIT;
  const proof = `sum of parts = picture: max difference ${formatError(residual)}`;
  const complaint = `! the parts miss the picture by up to ${formatError(residual)}: don't trust these figures`;
  const made = [
    `seed ${seed}`,
    `model ${model.name} (${shortDigest(model.digest)})`,
    `${settings.steps} steps, ${settings.sampler === "ddim" ? "DDIM" : "ancestral"}`,
    settings.guidance === 1 ? "no guidance" : `guidance ${settings.guidance}`,
    `pellucid ${pellucid}`,
  ];
  const lines = wrap(font, made.join("  ·  "), SMALL, width, 2);
  return marks(width, 48 + 16 * (lines.length - 1), [
    rectangle({ x: 0, y: 0, width, height: 1 }, HAIRLINE),
    drawText(font, isExact ? proof : complaint, isExact ? STRONG : { ...STRONG, fill: ALARM }, {
      x: 0,
      y: 26,
    }),
    ...lines.map((line, i) => drawText(font, line, SMALL, { x: 0, y: 46 + 16 * i })),
  ]);
}

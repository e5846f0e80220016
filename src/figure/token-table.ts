import { type Block, type Drawing, layers, marks, page, stack } from "./block.js";
import type { Font } from "./font.js";
import { rectangle } from "./shapes.js";
import { drawText, shorten, type TextPlace, wrap } from "./text.js";
import { BODY, HAIRLINE, MARGIN, SMALL, STRONG, TITLE } from "./theme.js";

/** A mean with its 95 % interval, 0..1. */
interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** A row of the table: a token, the number of prompts behind it, and its mean relevance. */
export interface ShownToken {
  readonly name: string;
  readonly prompts: number;
  readonly eq8: Interval;
  readonly content: Interval;
}

/** The right edges of a half's columns, and of the token's name. */
const RIGHT = { name: 110, prompts: 160, eq8: 290, content: 420 } as const;
const GUTTER = 48;
const LINE = 20;
const WIDTH = 2 * RIGHT.content + GUTTER;

/** Tokens with their relevance in two halves, in the order given; `notes` stand below, each wrapped. */
export function tokenTableDrawing(
  title: string,
  tokens: readonly ShownToken[],
  notes: readonly string[],
  font: Font,
): Drawing {
  const middle = Math.ceil(tokens.length / 2);
  const halves = layers([
    { block: half(tokens.slice(0, middle), font), x: 0, y: 0 },
    { block: half(tokens.slice(middle), font), x: RIGHT.content + GUTTER, y: 0 },
  ]);
  const lines = notes.flatMap((note) => wrap(font, note, SMALL, WIDTH, 3));
  const heading = marks(WIDTH, 24, [drawText(font, title, TITLE, { x: 0, y: 16 })]);
  const below = marks(WIDTH, 16 * lines.length, [
    ...lines.map((line, i) => drawText(font, line, SMALL, { x: 0, y: 12 + 16 * i })),
  ]);
  return page(stack([heading, halves, below], 20), WIDTH, MARGIN);
}

function half(tokens: readonly ShownToken[], font: Font): Block {
  const at = (x: number, y: number): TextPlace => ({ x, y, anchor: "end" });
  const head = [
    drawText(font, "token", STRONG, { x: 0, y: 15 }),
    drawText(font, "prompts", STRONG, at(RIGHT.prompts, 15)),
    drawText(font, "Eq. 8, %", STRONG, at(RIGHT.eq8, 15)),
    drawText(font, "content, %", STRONG, at(RIGHT.content, 15)),
    rectangle({ x: 0, y: 22, width: RIGHT.content, height: 1 }, HAIRLINE),
  ];
  const rows = tokens.flatMap(({ name, prompts, eq8, content }, i) => {
    const y = 40 + LINE * i;
    return [
      drawText(font, shorten(font, name, BODY, RIGHT.name), BODY, { x: 0, y }),
      drawText(font, String(prompts), BODY, at(RIGHT.prompts, y)),
      drawText(font, formatInterval(eq8), BODY, at(RIGHT.eq8, y)),
      drawText(font, formatInterval(content), BODY, at(RIGHT.content, y)),
    ];
  });
  return marks(RIGHT.content, 32 + LINE * tokens.length, [...head, ...rows]);
}

/** `17.06 [16.2, 18.0]`, in percent. */
function formatInterval({ value, low, high }: Interval): string {
  return `${(100 * value).toFixed(2)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}

import type { Font, GlyphOutline, Weight } from "./font.js";
import { attribute, short } from "./shapes.js";

/** Font size in pixels, weight and colour. */
export interface TextStyle {
  readonly size: number;
  readonly weight: Weight;
  readonly fill: string;
}

/** Where a line of text goes: `y` is its baseline, `x` its start, middle or end. */
export interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor?: "start" | "middle" | "end";
}

/** A hollow box, for what the font has no glyph for; in thousandths of the font size. */
const BOX: GlyphOutline = [620, "m70 0h480v-700h-480zm60-60v-580h360v580z"];

const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Width of a line in pixels. */
export function textWidth(font: Font, text: string, { size, weight }: TextStyle): number {
  const units = glyphsOf(font, text, weight).reduce((width, [advance]) => width + advance, 0);
  return (units * size) / font.unitsPerEm;
}

/** A line of text as one SVG path, which no installed font can change; screen readers get the text. */
export function drawText(
  font: Font,
  text: string,
  style: TextStyle,
  { x, y, anchor = "start" }: TextPlace,
): string {
  const scale = style.size / font.unitsPerEm;
  const shift = { start: 0, middle: -0.5, end: -1 }[anchor] * textWidth(font, text, style);
  let pen = 0;
  const outlines = glyphsOf(font, text, style.weight).map(([advance, outline]) => {
    const placed = outline === "" ? "" : `M${pen} 0${outline}`;
    pen += advance;
    return placed;
  });
  const transform = `translate(${short(x + shift)} ${short(y)}) scale(${scale})`;
  return `<path role="img" aria-label="${attribute(text)}" fill="${style.fill}" transform="${transform}" d="${outlines.join("")}"/>`;
}

/** The text, or as many of its first characters as fit with an ellipsis. */
export function shorten(font: Font, text: string, style: TextStyle, width: number): string {
  const characters = charactersOf(text);
  const widths = characters.map((character) => textWidth(font, character, style));
  const room = width - textWidth(font, "…", style);
  let [used, kept] = [0, 0];
  for (const own of widths) {
    if (used + own <= room) kept += 1;
    used += own;
  }
  return used <= width ? text : `${characters.slice(0, kept).join("").trimEnd()}…`;
}

/** The text in lines, broken between words; at most `most` lines, of which the last is shortened if need be. */
export function wrap(font: Font, text: string, style: TextStyle, width: number, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/u).filter((part) => part !== "")) {
    const longer = [...lines.slice(-1), word].join(" ");
    const joins = lines.length > 0 && (lines.length === most || textWidth(font, longer, style) <= width);
    if (joins) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => shorten(font, line, style, width));
}

/** What a reader sees as one character, however many code points it takes. */
export function charactersOf(text: string): string[] {
  return Array.from(CHARACTERS.segment(text.normalize("NFC")), ({ segment }) => segment);
}

function glyphsOf(font: Font, text: string, weight: Weight): GlyphOutline[] {
  const outlines = font.weights[weight];
  return charactersOf(text.replace(/\s/gu, " ")).flatMap((character): GlyphOutline[] => {
    const points = Array.from(character).filter((point) => !/[\p{Cc}\p{Cf}]/u.test(point));
    const found = points.flatMap((point) => {
      const glyph = outlines.get(point);
      return glyph === undefined ? [] : [glyph];
    });
    if (found.length === points.length) return found;
    return [[(BOX[0] * font.unitsPerEm) / 1000, BOX[1]]];
  });
}

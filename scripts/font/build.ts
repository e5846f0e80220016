/**
 * Extracts glyph outlines from Inter into assets/font.json, so that pictures with text need no installed font:
 *
 *   (cd scripts/font && npm ci) && npx tsx scripts/font/build.ts
 */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import opentype, { type Font, type Glyph, type PathCommand } from "opentype.js";
import type { FontFile, GlyphOutline } from "../../src/figure/font.js";
import { assetPath } from "../../src/files/assets.js";

const PACKAGE = new URL("node_modules/@fontsource/inter/", import.meta.url);

/** The package splits the font by alphabet; a character is taken from the first part that has it. */
const PARTS = ["latin", "latin-ext", "greek", "cyrillic"];

/** First and last code points: Latin, Greek, Cyrillic, punctuation, signs. */
const RANGES = [
  [0x20, 0x7e],
  [0xa0, 0x17f],
  [0x218, 0x21b],
  [0x384, 0x3ce],
  [0x400, 0x45f],
  [0x490, 0x491],
  [0x1e9e, 0x1e9e],
  [0x2010, 0x2026],
  [0x2030, 0x203a],
  [0x20ac, 0x20ac],
  [0x2122, 0x2122],
  [0x2190, 0x2193],
  [0x2212, 0x2212],
] as const;

const UNITS_PER_EM = 1000;

function partsOf(weight: number): Font[] {
  return PARTS.map((part) => {
    const bytes = readFileSync(new URL(`files/inter-${part}-${weight}-normal.woff`, PACKAGE));
    return opentype.parse(Uint8Array.from(bytes).buffer);
  });
}

/** The outline as an SVG path of whole numbers and relative strokes, y down, drawn from the pen's place on the baseline. */
function pathOf(commands: readonly PathCommand[], scale: number): string {
  const rounded = (value = 0) => Math.round(value * scale);
  let pen = { x: 0, y: 0 };
  let start = pen;
  let path = "";
  for (const { type, x, y, x1, y1, x2, y2 } of commands) {
    if (type === "Z") {
      path += "z";
      pen = start;
      continue;
    }
    const ends = [
      ...(type === "C"
        ? [
            [x1, y1],
            [x2, y2],
          ]
        : type === "Q"
          ? [[x1, y1]]
          : []),
      [x, y],
    ];
    const numbers = ends.flatMap(([u, v]) => [rounded(u) - pen.x, -rounded(v) - pen.y]);
    pen = { x: rounded(x), y: -rounded(y) };
    if (type === "M") start = pen;
    if (type !== "M" && numbers.every((number) => number === 0)) continue;
    path += stroke(type, numbers);
  }
  return path;
}

/** Lines along an axis have their own, shorter letters. */
function stroke(type: PathCommand["type"], [dx, dy, ...more]: readonly number[]): string {
  if (type === "L" && dy === 0) return `h${dx}`;
  if (type === "L" && dx === 0) return `v${dy}`;
  return type.toLowerCase() + [dx, dy, ...more].join(" ").replaceAll(" -", "-");
}

function outlineOf({ advanceWidth, path }: Glyph, scale: number): GlyphOutline {
  return [Math.round(advanceWidth * scale), pathOf(path.commands, scale)];
}

function outlines(weight: number): Record<string, GlyphOutline> {
  const fonts = partsOf(weight);
  const characters = RANGES.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)),
  );
  return Object.fromEntries(
    characters.flatMap((character) => {
      const font = fonts.find((part) => part.charToGlyph(character).index !== 0);
      if (font === undefined) return [];
      return [[character, outlineOf(font.charToGlyph(character), UNITS_PER_EM / font.unitsPerEm)]];
    }),
  );
}

const [latin] = partsOf(400);
if (latin === undefined) throw new Error("the package has no Latin letters");
const scale = UNITS_PER_EM / latin.unitsPerEm;
const file: FontFile = {
  family: "Inter",
  unitsPerEm: UNITS_PER_EM,
  capHeight: Math.round(latin.tables.os2.sCapHeight * scale),
  xHeight: Math.round(latin.tables.os2.sxHeight * scale),
  weights: { regular: outlines(400), semibold: outlines(600) },
};
// One glyph a line keeps changes readable.
writeFileSync(assetPath("font.json"), `${JSON.stringify(file).replaceAll('"],', '"],\n')}\n`);
copyFileSync(new URL("LICENSE", PACKAGE), assetPath("licences/OFL-1.1-Inter.txt"));

import { z } from "zod";
import { InputError } from "../errors.js";

/** Advance width, and outline as an SVG path relative to the pen's place on the baseline; y down. */
const outline = z.tuple([z.number().nonnegative(), z.string()]).readonly();

const fontFile = z.strictObject({
  family: z.string(),
  unitsPerEm: z.number().positive(),
  capHeight: z.number().positive(),
  xHeight: z.number().positive(),
  weights: z.strictObject({
    regular: z.record(z.string(), outline),
    semibold: z.record(z.string(), outline),
  }),
});

export type FontFile = z.infer<typeof fontFile>;
export type GlyphOutline = z.infer<typeof outline>;
export type Weight = keyof FontFile["weights"];

/** Glyph outlines by character, in two weights; all lengths in units of which `unitsPerEm` are the font size. */
export interface Font extends Omit<FontFile, "weights"> {
  readonly weights: Readonly<Record<Weight, ReadonlyMap<string, GlyphOutline>>>;
}

/** Reads the parsed JSON of a font file; throws InputError if it is no such file. */
export function parseFont(json: unknown): Font {
  const result = fontFile.safeParse(json);
  if (!result.success) throw new InputError("this font file is damaged; install pellucid again");
  const { regular, semibold } = result.data.weights;
  const weights = {
    regular: new Map(Object.entries(regular)),
    semibold: new Map(Object.entries(semibold)),
  };
  return { ...result.data, weights };
}

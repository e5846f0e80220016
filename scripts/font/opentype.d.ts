// The part of opentype.js that build.ts uses: the package has no types, and the type check must pass without it.
declare module "opentype.js" {
  /** One stroke of an outline, in units of the font with y up; which coordinates it has depends on `type`. */
  export interface PathCommand {
    readonly type: "M" | "L" | "Q" | "C" | "Z";
    readonly x1?: number;
    readonly y1?: number;
    readonly x2?: number;
    readonly y2?: number;
    readonly x?: number;
    readonly y?: number;
  }

  export interface Glyph {
    /** 0 is the box for characters that the font lacks. */
    readonly index: number;
    readonly advanceWidth: number;
    readonly path: { readonly commands: readonly PathCommand[] };
  }

  export interface Font {
    readonly unitsPerEm: number;
    readonly tables: { readonly os2: { readonly sCapHeight: number; readonly sxHeight: number } };
    charToGlyph(character: string): Glyph;
  }

  const opentype: { readonly parse: (bytes: ArrayBuffer) => Font };
  export default opentype;
}

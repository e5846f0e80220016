import { z } from "zod";
import { InputError } from "../errors.js";
import { COLOURS, HATS, OBJECTS, STYLES, type Style } from "./vocabulary.js";

const fraction = z.number().min(-1).max(2);
const drawn = {
  source: z.number().int().nonnegative(),
  icon: z.string(),
  colour: z.enum(COLOURS),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  offset: z.number().int().nonnegative(),
  pivot: z.number().min(0).max(1),
};

const spriteIndex = z.object({
  version: z.literal(1),
  sources: z.array(
    z.object({
      package: z.string(),
      version: z.string(),
      style: z.enum(STYLES),
      licence: z.string(),
      author: z.string(),
      url: z.string(),
    }),
  ),
  objects: z.array(
    z.object({
      subject: z.enum(OBJECTS),
      ...drawn,
      head: z.object({ x: fraction, y: fraction, width: fraction }),
    }),
  ),
  hats: z.array(
    z.object({
      subject: z.enum(HATS),
      ...drawn,
      seat: z.object({ x: fraction, y: fraction, scale: z.number().positive() }),
    }),
  ),
});

/** What a sprite sheet holds, as the build script writes it. */
export type SpriteIndex = z.infer<typeof spriteIndex>;

/** A picture with premultiplied alpha: `pixels` is [height, width, 4], r, g, b, a in 0..255. */
export interface Sprite {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  /** The luminance (0..1) that recolouring turns into the pure colour. */
  readonly pivot: number;
}

/** `head`: the middle and height of the head's top and the head's width, in fractions of the box. */
export type ObjectDrawing = SpriteIndex["objects"][number] & Sprite;

/** `seat`: the point of the box that touches the head's top; `scale`: the box's width in head widths. */
export type HatDrawing = SpriteIndex["hats"][number] & Sprite;

export interface Sprites {
  readonly sources: SpriteIndex["sources"];
  readonly objects: readonly ObjectDrawing[];
  readonly hats: readonly HatDrawing[];
  /** The styles that the sheet has drawings for. */
  readonly styles: readonly Style[];
}

function premultiplied(straight: Uint8Array): Uint8Array {
  const out = straight.slice();
  for (let i = 0; i < out.length; i += 4) {
    const alpha = out[i + 3]! / 255;
    for (let c = i; c < i + 3; c++) out[c] = Math.round(out[c]! * alpha);
  }
  return out;
}

/**
 * The drawings of a sheet.
 * `index` is the parsed JSON; `pixels` the inflated RGBA bytes it points into.
 * Throws InputError if the index is malformed or points past the end.
 */
export function parseSprites(index: unknown, pixels: Uint8Array): Sprites {
  const parsed = spriteIndex.safeParse(index);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InputError(
      `sprite index is malformed at ${issue?.path.join(".") ?? "its top"}: ${issue?.message}`,
    );
  }
  const { sources, objects, hats } = parsed.data;
  const withPixels = <T extends SpriteIndex["objects"][number] | SpriteIndex["hats"][number]>(drawing: T) => {
    const end = drawing.offset + drawing.width * drawing.height * 4;
    if (end > pixels.length || drawing.source >= sources.length) {
      throw new InputError(
        `sprite "${drawing.icon}" lies past the end of the sheet (${pixels.length} bytes); build it again`,
      );
    }
    return { ...drawing, pixels: premultiplied(pixels.subarray(drawing.offset, end)) };
  };
  return {
    sources,
    objects: objects.map(withPixels),
    hats: hats.map(withPixels),
    styles: STYLES.filter((style) => sources.some((source) => source.style === style)),
  };
}

import sharp from "sharp";
import { InputError } from "../errors.js";

/** An 8-bit picture: rows from the top, pixels from the left, 3 (RGB) or 4 (RGBA, not premultiplied) bytes each. */
export type Pixels = {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array; // [height, width, channels]
};

/** Encodes a picture as PNG; equal pixels give equal bytes. Throws InputError if the sizes don't fit together. */
export async function encodePng({ width, height, channels, data }: Pixels): Promise<Uint8Array<ArrayBuffer>> {
  if (data.length !== width * height * channels || data.length === 0) {
    throw new InputError(
      `a picture of ${width} x ${height} pixels with ${channels} channels takes ${width * height * channels} bytes, ` +
        `at least one; got ${data.length}; correct the sizes`,
    );
  }
  const png = await sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 9 }).toBuffer();
  return Uint8Array.from(png);
}

/** Decodes a PNG (or any picture that sharp reads) to RGBA. Throws InputError if it can't be decoded. */
export async function decodePng(png: Uint8Array): Promise<Pixels> {
  try {
    const { data, info } = await sharp(png)
      .ensureAlpha()
      .toColourspace("srgb")
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, channels: 4, data: Uint8Array.from(data) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new InputError(`the picture can't be decoded; got: ${reason}; save it again as PNG`);
  }
}

import sharp from "sharp";
import type { RgbImage } from "../data/bilinear.js";
import { imageFormatOf } from "../data/image-format.js";
import { ImageFailure } from "./image-failure.js";

/** A decoder that takes longer, in seconds, is stopped. */
const SECONDS = 30;

/** A decoded image: upright, in sRGB, on white where it is transparent; of moving ones the first picture. */
export interface DecodedImage extends RgbImage {
  readonly format: string;
}

/** Decodes an image of at most `maxPixels` pixels. Throws ImageFailure for anything else. */
export async function decodeImage(bytes: Uint8Array, maxPixels: number): Promise<DecodedImage> {
  if (bytes.length === 0) throw new ImageFailure("empty", "0 bytes");
  const format = imageFormatOf(bytes);
  if (format === undefined) throw new ImageFailure("no image", `begins with ${beginning(bytes)}`);
  try {
    const image = sharp(bytes, { limitInputPixels: maxPixels, failOn: "error" });
    const { width, height } = await image.metadata();
    if (width * height > maxPixels) throw new ImageFailure("too many pixels", `${width} x ${height}`);
    const { data, info } = await image
      .autoOrient()
      .flatten({ background: "white" })
      .toColourspace("srgb")
      .timeout({ seconds: SECONDS })
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 3) throw new ImageFailure("broken image", `${info.channels} channels`);
    return { width: info.width, height: info.height, data, format };
  } catch (error) {
    if (error instanceof ImageFailure) throw error;
    const detail = error instanceof Error ? error.message.split("\n")[0]! : String(error);
    throw new ImageFailure(detail.includes("pixel limit") ? "too many pixels" : "broken image", detail);
  }
}

function beginning(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  return JSON.stringify(text.replace(/[^ -~]/g, "?"));
}

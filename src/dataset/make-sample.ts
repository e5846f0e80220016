import { createHash } from "node:crypto";
import { shrinkToSquare } from "../data/bilinear.js";
import { encodePng } from "../files/png.js";
import { decodeImage } from "./decode-image.js";
import type { Facts, Sample } from "./shards/outcome.js";

/** How images become the pictures of shards. */
export interface PictureRules {
  /** Side of the pictures kept. */
  readonly size: number;
  /** Larger images are not decoded. */
  readonly maxPixels: number;
}

/** The pair of an image as it was found and its caption. Throws ImageFailure if the image can't be taken. */
export async function makeSample(
  image: Uint8Array,
  caption: string,
  origin: Facts,
  { size, maxPixels }: PictureRules,
): Promise<Sample> {
  const decoded = await decodeImage(image, maxPixels);
  const { width, height, format } = decoded;
  const data = shrinkToSquare(decoded, size);
  return {
    caption,
    png: await encodePng({ width: size, height: size, channels: 3, data }),
    facts: {
      ...origin,
      width,
      height,
      format,
      sha256: createHash("sha256").update(image).digest("hex"),
    },
  };
}

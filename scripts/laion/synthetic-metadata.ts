import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parquetWriteFile } from "hyparquet-writer";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { generatorOf } from "../../src/random.js";

const FILE_ROWS = 500_000;
/** Files take turns with these. */
const GROUP_ROWS = [100_000, 250_000, 500_000] as const;

/** Words of captions, the frequent ones first. */
const WORDS = (
  "the a of in and for with on to by from stock at photo vector image background black white art blue is free new print " +
  "red vintage green illustration set design old how your home pink woman baby isolated dress wall kids summer recipe " +
  "vegan portrait watercolor canvas poster shirt chocolate tropical birthday seamless pattern café München 東京 été " +
  "cupcakes gold-plated hand-drawn 2014 10 50cm #3 (pack) mountains sunset Antarctica zoo farm kitchen living room rug"
).split(" ");

/** What a caption is about, and how many of a hundred thousand are. Some only look as if they named an object. */
const SUBJECTS: readonly (readonly [count: number, forms: readonly string[]])[] = [
  [600, ["cat", "Cats", "CAT", "cat's", "cat_2", "black-cat", "cats,"]],
  [220, ["banana", "bananas", "Banana-bread", "BANANAS!"]],
  [200, ["goat", "goats", "Goat.", "2goats"]],
  [180, ["flamingo", "Flamingos", "flamingoes", "pink/flamingo"]],
  [180, ["penguin", "penguins", "Penguin®", "(penguins)"]],
  [40, ["cat and a goat", "penguin eating a banana", "flamingos with cats"]],
  [700, ["category", "bobcat", "catfish", "goatee", "bananarama", "écat", "catα", "scats", "penguinesque"]],
];
const OF = 100_000;

/** What is made of each row: its number is in its address. */
interface Columns {
  readonly url: string[];
  readonly text: (string | null)[];
  readonly similarity: (number | null)[];
}

/** The number of a row, from its address. */
export const rowOfUrl = (url: string): number => Number(/(\d+)\.jpg$/.exec(url)?.[1]);

/**
 * Writes made-up metadata in the columns of LAION-5B: rows of the same number and seed are the same. Similarities are rounded, so
 * that some are equal; a few captions and similarities are missing. Tells after each file how many rows are written.
 */
export function writeMetadata(
  folder: string,
  rows: number,
  seed: number,
  onRows: (done: number) => void,
): void {
  mkdirSync(folder, { recursive: true });
  for (let first = 0; first < rows; first += FILE_ROWS) {
    const count = Math.min(FILE_ROWS, rows - first);
    const file = first / FILE_ROWS;
    const filename = join(folder, `part-${String(file).padStart(5, "0")}.parquet`);
    const { url, text, similarity } = columnsOf(first, count, generatorOf(seed, file));
    const numbers = Array.from({ length: count }, (_, i) => first + i);
    parquetWriteFile({
      filename,
      rowGroupSize: GROUP_ROWS[file % GROUP_ROWS.length]!,
      columnData: [
        { name: "URL", type: "STRING", data: url },
        { name: "TEXT", type: "STRING", nullable: true, data: text },
        { name: "WIDTH", type: "INT32", data: numbers.map((i) => 200 + (i % 800)) },
        { name: "HEIGHT", type: "INT32", data: numbers.map((i) => 200 + (i % 600)) },
        { name: "similarity", type: "DOUBLE", nullable: true, data: similarity },
        { name: "punsafe", type: "DOUBLE", data: numbers.map((i) => (i % 100) / 100) },
        { name: "pwatermark", type: "DOUBLE", data: numbers.map((i) => (i % 70) / 100) },
        { name: "hash", type: "INT64", data: numbers.map((i) => BigInt(i) * 1_000_003n) },
      ],
    });
    onRows(first + count);
  }
}

function columnsOf(first: number, count: number, generator: RandomGenerator): Columns {
  const columns: Columns = { url: [], text: [], similarity: [] };
  const below = (limit: number) => (generator.next() >>> 0) % limit;
  for (let i = first; i < first + count; i++) {
    columns.url.push(`https://images.example.org/${i % 977}/${i}.jpg`);
    columns.text.push(below(1000) === 0 ? null : caption(below));
    // like a cosine of CLIP's: from 0.28 on, higher ones rarer
    const height = below(1_000_000) / 1_000_000;
    columns.similarity.push(below(2000) === 0 ? null : Math.round(1e5 * (0.28 + 0.2 * height ** 4)) / 1e5);
  }
  return columns;
}

function caption(below: (limit: number) => number): string {
  const words = Array.from({ length: 4 + below(12) }, () => {
    const place = below(1000) / 1000;
    return WORDS[Math.floor(WORDS.length * place * place)]!;
  });
  let chosen = below(OF);
  for (const [count, forms] of SUBJECTS) {
    if (chosen < count) {
      words[below(words.length)] = forms[below(forms.length)]!;
      break;
    }
    chosen -= count;
  }
  return words.join(" ");
}

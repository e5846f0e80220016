import type { Ledger } from "./ledger.js";
import { rowAt } from "./relevance.js";
import type { Source } from "./sources.js";

/** A word's tokens, by index in the prompt. */
export interface TokenGroup {
  readonly tokens: readonly number[];
}

/** The tokens of each of so many words; `tokens` are in the order of the ledger's token rows. */
export function tokenGroups(
  tokens: readonly { readonly word: number | null }[],
  words: number,
): { tokens: number[] }[] {
  return Array.from({ length: words }, (_, word) => ({
    tokens: tokens.flatMap((token, index) => (token.word === word ? [index] : [])),
  }));
}

/**
 * The ledger with each word's token rows added into one `word` row; exact, because rows are additive.
 * Row order: the words, tokens that belong to no word, then the other sources.
 */
export function mergeWords(ledger: Ledger, words: readonly TokenGroup[]): Ledger {
  const wordOf = new Map(words.flatMap(({ tokens }, word) => tokens.map((token) => [token, word] as const)));
  const kept = ledger.sources.flatMap((source, row) =>
    source.kind === "token" && wordOf.has(source.index) ? [] : [{ source, row }],
  );
  const merged = words.map((_, index): Source => ({ kind: "word", index }));
  const sources = [...merged, ...kept.map(({ source }) => source)];
  const length = ledger.image.length;
  const rows = new Float32Array(sources.length * length); // [S, 6, H, W]
  ledger.sources.forEach((source, row) => {
    const word = source.kind === "token" ? wordOf.get(source.index) : undefined;
    const target = word ?? words.length + kept.findIndex((entry) => entry.row === row);
    const into = rows.subarray(target * length, (target + 1) * length);
    const own = rowAt(ledger, row);
    for (let i = 0; i < length; i++) into[i] = into[i]! + own[i]!;
  });
  return { ...ledger, sources, rows };
}

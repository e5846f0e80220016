import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { UsageError } from "../errors.js";

/** A stream of random choices. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the items, each equally likely. */
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T;
}

/** The finaliser of MurmurHash3 (Appleby, public domain): every input bit changes every output bit. */
function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function natural(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new UsageError(`${name} must be a whole number from 0 to 2^53 - 1; got ${value}`);
  }
  return value;
}

/**
 * A generator that depends on (seed, index, stream) alone: integers only, so every engine gives the same one.
 * Throws UsageError unless seed and index are whole numbers from 0 to 2^53 - 1.
 */
export function randomFor(seed: number, index: number, stream: string): Random {
  natural("seed", seed);
  natural("index", index);
  const inputs = [seed, Math.floor(seed / 2 ** 32), index, Math.floor(index / 2 ** 32)];
  for (const character of stream) inputs.push(character.codePointAt(0) ?? 0);
  const state = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667].map((start) =>
    inputs.reduce((hash, input) => mix(Math.imul(hash, 5) + mix(input + start)), start),
  );
  const generator = xoroshiro128plusFromState(state);
  const next = (): number => (generator.next() >>> 0) / 2 ** 32;
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new UsageError("cannot pick from an empty list");
      return item;
    },
  };
}

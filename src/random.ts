import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

/** The 32-bit finaliser of MurmurHash3 (Appleby 2011), offset so that 0 is not a fixed point. */
export function mix(value: number): number {
  let bits = (value + 0x9e3779b9) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** A generator that depends on the words alone; neighbouring words share no structure. */
export function generatorOf(...words: readonly number[]): RandomGenerator {
  const hashed = words.reduce((hash, word) => mix(hash + word), 0);
  return xoroshiro128plusFromState([1, 2, 3, 4].map((word) => mix(hashed + word)));
}

/** A 32-bit word for a string. */
export const wordOf = (text: string): number =>
  Array.from(text).reduce((hash, character) => mix(hash + (character.codePointAt(0) ?? 0)), 0);

/** Uniform numbers in [0, 1) from a generator. */
export const uniformFrom = (generator: RandomGenerator) => (): number => uniformFloat64(generator);

/** Independent N(0, 1) numbers from a generator (Marsaglia and Bray's polar method). */
export function normalFrom(generator: RandomGenerator): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const u = generator.next() / 2 ** 31; // the generator's integers are signed
      const v = generator.next() / 2 ** 31;
      const square = u * u + v * v;
      if (square > 0 && square < 1) {
        const factor = Math.sqrt((-2 * Math.log(square)) / square);
        spare = v * factor;
        return u * factor;
      }
    }
  };
}

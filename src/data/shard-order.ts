import { generatorOf, uniformFrom } from "../random.js";

/** How pairs in shards are put in a random order. */
export interface ShardShuffle {
  readonly seed: number;
  /** Pairs of which the next is drawn: a buffer as large as all pairs gives every order the same chance. */
  readonly shuffle: number;
  /** Shards that are read at a time, a pair from each in turn. */
  readonly readers: number;
}

/**
 * The pairs of one epoch in their order, each once: shards in a random order, read several at a time, through a shuffle
 * buffer. Pairs are numbered through all shards, of which `sizes` has the number of pairs each.
 */
export function epochOrder(
  sizes: readonly number[],
  { seed, shuffle, readers }: ShardShuffle,
  epoch: number,
): Uint32Array {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const order = new Uint32Array(total);
  const uniform = uniformFrom(generatorOf(seed, epoch, 1));
  const buffer: number[] = [];
  let filled = 0;
  for (const pair of interleaved(sizes, readers, generatorOf(seed, epoch, 0))) {
    if (buffer.length < shuffle) {
      buffer.push(pair);
      continue;
    }
    const drawn = Math.floor(uniform() * buffer.length);
    order[filled++] = buffer[drawn]!;
    buffer[drawn] = pair;
  }
  while (buffer.length > 0) {
    const drawn = Math.floor(uniform() * buffer.length);
    order[filled++] = buffer[drawn]!;
    buffer[drawn] = buffer.at(-1)!;
    buffer.pop();
  }
  return order;
}

/** Pairs of shards in a random order, of `readers` shards at a time one from each in turn. */
function* interleaved(
  sizes: readonly number[],
  readers: number,
  generator: ReturnType<typeof generatorOf>,
): Generator<number> {
  const starts: number[] = [];
  for (const [shard] of sizes.entries()) starts.push((starts.at(-1) ?? 0) + (sizes[shard - 1] ?? 0));
  const waiting = permuted(
    [...sizes.keys()].filter((shard) => sizes[shard]! > 0),
    uniformFrom(generator),
  );
  const ranges = waiting.map((shard) => ({ next: starts[shard]!, end: starts[shard]! + sizes[shard]! }));
  const open = ranges.splice(0, readers);
  while (open.length > 0) {
    for (const [reader, range] of open.entries()) {
      yield range.next++;
      if (range.next < range.end) continue;
      const following = ranges.shift();
      if (following !== undefined) open[reader] = following;
    }
    for (let reader = open.length - 1; reader >= 0; reader--) {
      if (open[reader]!.next === open[reader]!.end) open.splice(reader, 1);
    }
  }
}

/** The values in a random order (Fisher and Yates). */
function permuted(values: readonly number[], uniform: () => number): number[] {
  const order = [...values];
  for (let i = order.length - 1; i > 0; i--) {
    const other = Math.floor(uniform() * (i + 1));
    [order[i], order[other]] = [order[other]!, order[i]!];
  }
  return order;
}

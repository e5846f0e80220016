import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { epochOrder, type ShardShuffle } from "../../src/data/shard-order.js";

const shuffle = (change: Partial<ShardShuffle> = {}): ShardShuffle => ({
  seed: 1,
  shuffle: 50,
  readers: 3,
  ...change,
});

describe("the order of an epoch", () => {
  test("has every pair once", () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 12 });
    const settings = fc.record({
      seed: fc.nat(1000),
      shuffle: fc.integer({ min: 1, max: 100 }),
      readers: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(sizes, settings, fc.nat(5), (made, how, epoch) => {
        const order = epochOrder(made, how, epoch);
        const total = made.reduce((sum, size) => sum + size, 0);
        assert.deepEqual(
          [...order].sort((a, b) => a - b),
          [...Array(total).keys()],
        );
      }),
    );
  });

  test("follows from seed and epoch, and is another for others", () => {
    const sizes = [40, 40, 40];
    const first = epochOrder(sizes, shuffle(), 0);
    assert.deepEqual(epochOrder(sizes, shuffle(), 0), first);
    assert.notDeepEqual(epochOrder(sizes, shuffle(), 1), first);
    assert.notDeepEqual(epochOrder(sizes, shuffle({ seed: 2 }), 0), first);
  });

  test("without a buffer takes one pair of each open shard in turn", () => {
    const order = [...epochOrder([3, 3, 3, 3], shuffle({ shuffle: 1, readers: 2 }), 0)];
    const shards = order.map((pair) => Math.floor(pair / 3));
    const [a, b, c, d] = [shards[0], shards[1], shards[6], shards[7]];
    assert.deepEqual(shards, [a, b, a, b, a, b, c, d, c, d, c, d]);
    assert.equal(new Set([a, b, c, d]).size, 4);
  });

  test("brings no pair earlier than the buffer is long", () => {
    const order = [...epochOrder(new Array(10).fill(20), shuffle({ shuffle: 15, readers: 1 }), 0)];
    const read = [...epochOrder(new Array(10).fill(20), shuffle({ shuffle: 1, readers: 1 }), 0)];
    for (const [place, pair] of order.entries()) assert.ok(read.indexOf(pair) <= place + 15);
  });

  test("with a buffer for all puts each pair at each place equally often", () => {
    const counts = new Float64Array(16);
    for (let epoch = 0; epoch < 4000; epoch++) {
      for (const [place, pair] of epochOrder([2, 2], shuffle({ shuffle: 4 }), epoch).entries()) {
        counts[place * 4 + pair]!++;
      }
    }
    // 1000 each, of deviation 27
    for (const count of counts) assert.ok(Math.abs(count - 1000) < 140, `${count}`);
  });
});

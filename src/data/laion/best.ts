/** What is ranked: by similarity, and of equals the one that comes first. */
export interface Ranked {
  readonly similarity: number;
  /** Its place in the whole input, which no other has. */
  readonly row: number;
}

/** Keeps the best of a stream. */
export interface Best<T extends Ranked> {
  /** Takes an item if it is among the best so far, and says whether it did. */
  readonly offer: (item: T) => boolean;
  /** The items kept, in no order. */
  readonly items: () => readonly T[];
}

/** Keeps the `capacity` best items in a heap with the worst on top: O(log capacity) an item, no more memory than theirs. */
export function keepBest<T extends Ranked>(capacity: number): Best<T> {
  const heap: T[] = [];
  return {
    items: () => heap,
    offer: (item) => {
      if (heap.length < capacity) {
        siftUp(heap, item);
        return true;
      }
      const worst = heap[0];
      if (worst === undefined || !isWorse(worst, item)) return false;
      siftDown(heap, item);
      return true;
    },
  };
}

function isWorse(a: Ranked, b: Ranked): boolean {
  return a.similarity === b.similarity ? a.row > b.row : a.similarity < b.similarity;
}

/** Adds an item below the worse ones. */
function siftUp<T extends Ranked>(heap: T[], item: T): void {
  let at = heap.length;
  while (at > 0) {
    const above = (at - 1) >> 1;
    if (!isWorse(item, heap[above]!)) break;
    heap[at] = heap[above]!;
    at = above;
  }
  heap[at] = item;
}

/** Puts an item in place of the worst. */
function siftDown<T extends Ranked>(heap: T[], item: T): void {
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const below = right < heap.length && isWorse(heap[right]!, heap[left]!) ? right : left;
    if (!isWorse(heap[below]!, item)) break;
    heap[at] = heap[below]!;
    at = below;
  }
  heap[at] = item;
}

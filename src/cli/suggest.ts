/** `; did you mean "generate"?` if a candidate is a typing error away from `word`, or nothing. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const [nearest] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return nearest === undefined ? "" : `; did you mean "${nearest.candidate}"?`;
}

/** Letters to insert, delete, replace or swap with a neighbour to turn `a` into `b` (optimal string alignment). */
export function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1]!;
      const replaced = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(above[j]! + 1, row[j - 1]! + 1, replaced, swaps ? rows[i - 2]![j - 2]! + 1 : replaced),
      );
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/**
 * Resizes square planes by bilinear interpolation between pixel centres, edges repeated, without antialiasing: PyTorch's
 * `interpolate(mode="bilinear", align_corners=False)`. `planes` is [channels, from, from], the result [channels, to, to].
 */
export function resizeBilinear(planes: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return planes;
  const channels = planes.length / (from * from);
  const out = new Float32Array(channels * to * to);
  const places = Array.from({ length: to }, (_, i) => {
    const centre = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const before = Math.min(Math.floor(centre), from - 1);
    return { before, after: Math.min(before + 1, from - 1), share: centre - before };
  });
  for (let c = 0; c < channels; c++) {
    const plane = planes.subarray(c * from * from, (c + 1) * from * from);
    for (const [y, row] of places.entries()) {
      for (const [x, column] of places.entries()) {
        const between = (top: number): number => {
          const left = plane[top * from + column.before]!;
          return left + (plane[top * from + column.after]! - left) * column.share;
        };
        const above = between(row.before);
        out[(c * to + y) * to + x] = above + (between(row.after) - above) * row.share;
      }
    }
  }
  return out;
}

import type { Emitter } from "../emitter.js";

// Moving the few positions of a kernel (its taps) about as a product with a permutation matrix: exact, since every sum has one
// term, spread over threads, and several times as fast as ONNX Runtime's Transpose and Slice on such narrow matrices.

/** Rows [1, N], one per tap, as the columns of [N, taps]. */
export function interleaveTaps(emit: Emitter, rows: readonly string[]): string {
  const stacked = emit.node("Concat", rows, { axis: 0 });
  return emit.node(
    "FusedMatMul",
    [stacked, permutation(emit, rows.length, (i) => i)],
    { transA: 1, transB: 0 },
    "com.microsoft",
  );
}

/** [N, taps] with the taps in reverse order: every kernel turned by 180 degrees. */
export const reverseTaps = (emit: Emitter, kernels: string, taps: number): string =>
  emit.node("MatMul", [kernels, permutation(emit, taps, (i) => taps - 1 - i)]);

function permutation(emit: Emitter, size: number, to: (i: number) => number): string {
  const values = new Float32Array(size * size);
  for (let i = 0; i < size; i++) values[i * size + to(i)] = 1;
  return emit.once(`permutation ${values}`, () => emit.constant(values, [size, size]));
}

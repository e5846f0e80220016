/** Euclidean norm of all gradients taken together. */
export function globalNorm(gradients: Iterable<Float32Array>): number {
  let total = 0;
  for (const gradient of gradients) {
    let sum = 0;
    for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * gradient[i]!;
    total += sum;
  }
  return Math.sqrt(total);
}

/** The factor that brings gradients of this norm down to `limit`; 1 if they are within it. */
export const clipFactor = (norm: number, limit: number): number => (norm > limit ? limit / norm : 1);

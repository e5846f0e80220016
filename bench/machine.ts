import { cpus, totalmem } from "node:os";
import { input } from "../src/graph/ops/constant.js";
import { matmul } from "../src/graph/ops/product.js";
import { lower } from "../src/runtime/lower.js";
import { nodeCompiler } from "../src/runtime/node.js";

const side = 2048;

/** The machine's measured product peak in GFLOP/s: the best of several float32 products of 2048 x 2048 matrices. */
export async function productPeak(threads: number): Promise<number> {
  const product = matmul(input("a", [side, side]), input("b", [side, side]));
  const run = await nodeCompiler({ threads })(lower({ product }));
  const values = new Float32Array(side * side).fill(0.5);
  const rates: number[] = [];
  for (let i = 0; i < 8; i++) {
    const start = performance.now();
    await run.run({ a: values, b: values });
    rates.push((2 * side ** 3) / (performance.now() - start) / 1e6);
  }
  await run.release();
  return Math.max(...rates);
}

/** What the figures were measured on, in words. */
export function machine(): string {
  const processors = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${processors[0]?.model.trim() ?? "unknown processor"}, ${processors.length} cores, ${memory} GiB, Node ${process.versions.node}`;
}

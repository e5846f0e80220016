import { availableParallelism } from "node:os";
import type { Compile } from "../runtime/executable.js";
import { type NodeOptions, nodeCompiler } from "../runtime/node.js";
import { replicaCompiler } from "../runtime/threads.js";

/** Ways on which pieces of work are done beside each other. */
export interface Lanes {
  readonly count: number;
  /** A compiler whose executables run beside each other. */
  readonly compile: Compile;
}

/** Each lane may take a gigabyte. */
const MOST_LANES = 8;

/**
 * A lane per core or thread, eight at the most; one on other devices than the CPU.
 *
 * Each works with one thread, so that figures are the same whatever the cores; a second thread on the same piece would gain little.
 */
export function openLanes({ device = "cpu", threads = availableParallelism() }: NodeOptions): Lanes {
  if (device !== "cpu") return { count: 1, compile: nodeCompiler({ device, threads }) };
  const count = Math.min(MOST_LANES, threads);
  return { count, compile: replicaCompiler(count, { threads: count }) };
}

import { availableParallelism } from "node:os";
import { throwIfCancelled } from "../errors.js";
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

/** A piece of work; ends early, with an error, when the signal says so. */
export type Job = (signal: AbortSignal) => Promise<void>;

/**
 * Does all jobs, `count` beside each other, each lane the next that none has begun.
 *
 * The first failure ends the other lanes' jobs too and is thrown. Throws CancelledError.
 */
export async function inLanes(count: number, jobs: Iterable<Job>, signal: AbortSignal): Promise<void> {
  const next = [...jobs].values();
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const lane = async (): Promise<void> => {
    try {
      for (const job of next) {
        throwIfCancelled(stop);
        await job(stop);
      }
    } catch (error) {
      failure.abort(error);
    }
  };
  await Promise.all(Array.from({ length: count }, lane));
  if (failure.signal.aborted) throw failure.signal.reason;
}

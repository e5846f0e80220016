import { throwIfCancelled } from "./errors.js";

/** A piece of work; ends early, with an error, when the signal says so. */
export type Job = (signal: AbortSignal) => Promise<void>;

/**
 * Does all jobs, `count` beside each other, each lane the next that none has begun; jobs may be made as they are taken.
 *
 * The first failure, of a job or of their making, ends the other lanes' jobs too and is thrown once all have ended. Throws CancelledError.
 */
export async function inLanes(
  count: number,
  jobs: Iterable<Job> | AsyncIterable<Job>,
  signal: AbortSignal,
): Promise<void> {
  const queue = Symbol.asyncIterator in jobs ? jobs[Symbol.asyncIterator]() : jobs[Symbol.iterator]();
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  const lane = async (): Promise<void> => {
    try {
      // By hand: a loop that is left ends the queue, and would wait for a job that is being made.
      for (;;) {
        throwIfCancelled(stop);
        const next = await queue.next();
        if (next.done) return;
        throwIfCancelled(stop);
        await next.value(stop);
      }
    } catch (error) {
      failure.abort(error);
    }
  };
  await Promise.all(Array.from({ length: count }, lane));
  if (failure.signal.aborted) throw failure.signal.reason;
}

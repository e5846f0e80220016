import { setTimeout as wait } from "node:timers/promises";
import { throwIfCancelled } from "../../errors.js";
import { ImageFailure, type Retry } from "../image-failure.js";

/** How often, and after which pauses, an attempt is repeated. */
export interface RetryPolicy {
  /** Attempts after the first. */
  readonly retries: number;
  /** The first pause in milliseconds; each is twice the one before. */
  readonly pause: number;
  /** A longer pause, in milliseconds, is not waited for: the image is given up. */
  readonly longestPause: number;
  /** Draws from [0, 1): pauses vary by half, so that a server isn't asked by all at once. */
  readonly uniform: () => number;
}

/** The result of an attempt, repeated where its ImageFailure says that this may help. Throws the last one's; CancelledError. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<T> {
  for (let done = 0; ; done++) {
    throwIfCancelled(signal);
    try {
      return await attempt();
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof ImageFailure) || error.retry === undefined || done === policy.retries)
        throw error;
      const backOff = policy.pause * 2 ** done * (0.75 + 0.5 * policy.uniform());
      const pause = Math.max(error.retry.afterMs, Math.min(backOff, policy.longestPause));
      if (pause > policy.longestPause) throw error;
      await wait(pause, undefined, { signal }).catch(() => throwIfCancelled(signal));
    }
  }
}

/** What a Retry-After header asks for, in seconds or as a date (RFC 9110, 10.2.3); no wait if it says neither. */
export function retryAfter(header: string | undefined, now: number): Retry {
  const text = (header ?? "").trim();
  const until = /^\d+$/.test(text) ? now + 1000 * Number(text) : Date.parse(text);
  return { afterMs: Number.isNaN(until) ? 0 : Math.max(0, until - now) };
}

import { CancelledError, InputError, UnalignedError, UsageError } from "../errors.js";
import { type Io, styled } from "./io.js";

/** What a shell gets to know of a failure. */
export const EXIT = { success: 0, failure: 1, usage: 2, unaligned: 3, cancelled: 130 } as const;

/** Tells of a failure on stderr, in one line (with PELLUCID_DEBUG=1, where it happened too), and gives the exit code. */
export function reportFailure(error: unknown, { stderr, env, signal }: Io): number {
  const cancelled = error instanceof CancelledError || (signal.aborted && isAbortError(error));
  const known = cancelled || [UsageError, InputError, UnalignedError].some((kind) => error instanceof kind);
  const message = oneLine(error instanceof Error ? error.message : String(error));
  const text = cancelled ? "cancelled" : known ? message : `unexpected error: ${message}`;
  stderr.write(`${styled("red", "pellucid:", stderr, env)} ${text}\n`);
  if (env.PELLUCID_DEBUG === "1" && error instanceof Error) stderr.write(`${error.stack}\n`);
  if (cancelled) return EXIT.cancelled;
  if (error instanceof UnalignedError) return EXIT.unaligned;
  return error instanceof UsageError ? EXIT.usage : EXIT.failure;
}

/** What Node's own functions throw when their signal is aborted. */
function isAbortError(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*[\r\n]+\s*/g, " ");
}

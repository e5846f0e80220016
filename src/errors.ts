/** The command or call was put wrongly: an unknown option, a value out of range. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The input or the machine is at fault: an unreadable file, a wrong shape, a full disk. Exit code 1. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** No try gave a picture that shows every word; the best one was kept. Exit code 3. */
export class UnalignedError extends Error {
  override readonly name = "UnalignedError";
}

/** The person stopped the work (Ctrl-C, AbortSignal). Exit code 130. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";
}

/** Throws CancelledError if the signal was aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError("cancelled");
}

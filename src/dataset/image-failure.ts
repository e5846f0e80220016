/** Why an image isn't taken, as reports count it. */
export type FailureReason =
  | "no address"
  | "no caption"
  | "not an http address"
  | "host not found"
  | "private address"
  | "connection"
  | "encryption"
  | "timeout"
  | "too many redirects"
  | "not allowed (noai)"
  | "wrong type"
  | "too many bytes"
  | "cut off"
  | "empty"
  | "no image"
  | "broken image"
  | "too many pixels"
  | "no such file"
  | "unreadable"
  | "not in the file"
  | `status ${number}`;

/** When another attempt may help: not before `afterMs` milliseconds. */
export interface Retry {
  readonly afterMs: number;
}

/** One image can't be taken; it is counted, and the others go on. */
export class ImageFailure extends Error {
  override readonly name = "ImageFailure";
  readonly reason: FailureReason;
  /** Undefined where another attempt would end alike. */
  readonly retry: Retry | undefined;

  constructor(reason: FailureReason, detail: string, retry?: Retry) {
    super(detail);
    this.reason = reason;
    this.retry = retry;
  }
}

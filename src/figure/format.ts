/** A share as `41.0 %`; below one percent with two decimals, for such words are the ones to look at. */
export function formatShare(share: number): string {
  const fine = (100 * share).toFixed(2);
  return `${Math.abs(Number(fine)) < 1 ? fine : (100 * share).toFixed(1)} %`;
}

/** An error as `3.1e-7`, or from a thousandth on as `0.0045`. */
export function formatError(error: number): string {
  if (error === 0) return "0";
  return error < 0.001 ? error.toExponential(1) : String(Number(error.toPrecision(2)));
}

/** The first ten digits of a digest, without the name of its algorithm: `0a1b2c3d4e`. */
export function shortDigest(digest: string): string {
  return digest.replace(/^\w+:/, "").slice(0, 10);
}

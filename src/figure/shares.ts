import type { LedgerShares } from "../explain/schema.js";

/** One source's share of a picture's mass; the shares of all sources add up to 1, and may be negative. */
export interface NamedShare {
  readonly name: string;
  readonly share: number;
}

const NAMES = {
  tokens: "prompt",
  noise: "noise",
  time: "time",
  mu: "mean (mu)",
  guidance: "guidance",
  bias: "bias",
} as const satisfies Record<keyof LedgerShares, string>;

/** The ledger's shares by name, those that the run had. */
export function namedShares(ledger: LedgerShares): NamedShare[] {
  const keys = ["tokens", "noise", "time", "mu", "guidance", "bias"] as const;
  return keys.flatMap((key) => {
    const share = ledger[key];
    return share === null ? [] : [{ name: NAMES[key], share }];
  });
}

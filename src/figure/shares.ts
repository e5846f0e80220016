import type { LedgerShares } from "../explain/schema.js";

/** One source's share of a picture's mass; the shares of all sources add up to 1, and may be negative. */
export interface NamedShare {
  readonly name: string;
  readonly share: number;
}

/** What the ledger's lines are called in figures. */
export const NAMES = {
  tokens: "prompt",
  noise: "noise",
  time: "time",
  mu: "mean (mu)",
  guidance: "guidance",
  bias: "bias",
} as const satisfies Record<keyof LedgerShares, string>;

/** Colours that the colour-blind can tell apart (Okabe and Ito 2008), by source. */
export const COLOURS: Readonly<Record<string, string>> = {
  prompt: "#0072b2",
  noise: "#b4b9bf",
  time: "#e69f00",
  "mean (mu)": "#009e73",
  guidance: "#cc79a7",
  bias: "#56b4e9",
};

/** The ledger's shares by name, those that the run had. */
export function namedShares(ledger: LedgerShares): NamedShare[] {
  const keys = ["tokens", "noise", "time", "mu", "guidance", "bias"] as const;
  return keys.flatMap((key) => {
    const share = ledger[key];
    return share === null ? [] : [{ name: NAMES[key], share }];
  });
}

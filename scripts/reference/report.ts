import type { Check } from "./compare.js";

/** What the numbers of the report mean, for its first lines. */
export const HEADING = [
  "relative error: largest |difference| / largest |value| of each tensor; worst is in float64 (runs: float32), float32 as shipped",
  "limit 1e-4 (1e-3 for sampling runs), or 5 times the float32 noise of a tensor that float32 cannot fix so far",
];

/** A check on one line. */
export const lineOf = ({ where, what, detail }: Check): string =>
  `${where.padEnd(36)} ${what.padEnd(32)} ${detail}`;

/** The last lines: how many of the checks that passed show nothing, if any, and the count. */
export function summaryOf(checks: readonly Check[]): string[] {
  const passed = checks.filter((check) => check.passed);
  const empty = passed.filter(({ conclusive }) => !conclusive).length;
  return [
    ...(empty > 0 ? [`${empty} of those that passed are inconclusive: float32 fixes no digit of them`] : []),
    `${passed.length} passed, ${checks.length - passed.length} failed`,
  ];
}

import type { Explanation } from "../explain/schema.js";
import { RESIDUAL_LIMIT } from "../explain/warnings.js";
import { formatError, formatShare } from "./format.js";
import { namedShares } from "./shares.js";
import { columnsOf, fitColumns, printable } from "./terminal.js";

/** How a chart is drawn: `blocks` in eighths of a character, or plain `ascii`; `colour` by escape sequences. */
export interface ChartStyle {
  readonly bars: "blocks" | "ascii";
  readonly colour: "red" | "none";
}

/** Columns of the longest bar: at least so many, for which words are shortened, and at most so many. */
const LEAST_BAR = 8;
const MOST_BAR = 40;
const LONGEST_WORD = 24;
const SHARE_COLUMNS = 8;
const FLAG = { long: "  ! may be missing", short: "  !" } as const;

/** Narrower terminals have no room for the long flag. */
const ROOMY = 60;

/** Eighths of a character, from the left. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/**
 * The words of an explanation as bars of their content relevance, in the order of the prompt, for a terminal of `width`
 * columns; then the ledger, and the proof that its parts add up to the picture. Lines end in a line break.
 */
export function wordChart(document: Explanation, width: number, style: ChartStyle): string {
  const ignored = new Set(
    document.warnings.flatMap(({ code, word }) => (code === "word-ignored" ? [word] : [])),
  );
  const rows = document.words.map(({ text, relevance }, i) => ({
    name: text,
    share: relevance.content,
    isIgnored: ignored.has(i),
  }));
  const lines = shareBars(rows, width, style);
  return [...lines, ...closing(document, style)].map((line) => `${line}\n`).join("");
}

/** A word's bar. */
export interface BarRow {
  readonly name: string;
  /** 0 or more; the longest bar has the largest. */
  readonly share: number;
  readonly isIgnored?: boolean;
}

/** A line for every row: name, bar and share, on one scale. */
export function shareBars(rows: readonly BarRow[], width: number, style: ChartStyle): string[] {
  const named = rows.map((row) => ({ ...row, name: printable(row.name) }));
  const flag = width < ROOMY ? FLAG.short : FLAG.long;
  const flagColumns = named.some(({ isIgnored }) => isIgnored) ? flag.length : 0;
  const room = width - SHARE_COLUMNS - flagColumns - 3;
  const longest = Math.max(0, ...named.map(({ name }) => columnsOf(name)));
  const nameColumns = Math.max(1, Math.min(longest, LONGEST_WORD, room - LEAST_BAR));
  const barColumns = Math.max(1, Math.min(MOST_BAR, room - nameColumns));
  const most = Math.max(...named.map(({ share }) => share));
  return named.map(({ name, share, isIgnored }) => {
    const drawn = bar(most === 0 ? 0 : share / most, barColumns, style);
    const line = `${fitColumns(name, nameColumns, style.bars === "ascii" ? "~" : "…")}  ${drawn} ${formatShare(share).padStart(SHARE_COLUMNS)}`;
    return isIgnored ? alarm(`${line}${flag}`, style) : line;
  });
}

/** The bars that a terminal with these environment variables can show: ASCII unless its locale is UTF-8. */
export function barStyle(env: Readonly<Record<string, string | undefined>>): ChartStyle["bars"] {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || "";
  return /utf-?8/i.test(locale) || env.WT_SESSION ? "blocks" : "ascii"; // Windows Terminal has no locale
}

function bar(part: number, columns: number, { bars }: ChartStyle): string {
  if (bars === "ascii") return "#".repeat(Math.round(part * columns)).padEnd(columns);
  const eighths = Math.round(part * columns * 8);
  return ("█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!).padEnd(columns);
}

function closing({ ledger, residual }: Explanation, style: ChartStyle): string[] {
  const parts = namedShares(ledger).map(({ name, share }) => `${name} ${formatShare(share)}`);
  const proof = `sum of parts = picture: max difference ${formatError(residual)}`;
  const complaint = `! sum of parts is not the picture: max difference ${formatError(residual)}`;
  return [`parts: ${parts.join(", ")}`, residual <= RESIDUAL_LIMIT ? proof : alarm(complaint, style)];
}

function alarm(text: string, { colour }: ChartStyle): string {
  return colour === "red" ? `\u001b[31m${text}\u001b[0m` : text;
}

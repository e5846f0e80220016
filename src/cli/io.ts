/** Where text goes: a stream, or a collector in tests. */
export type Output = {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  /** Width in characters. */
  readonly columns?: number;
};

/** All that a command may use of the process: stdout is for data, stderr for talk. */
export type Io = {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** True if the cursor may be moved: a terminal that can. */
export function isTerminal({ isTTY }: Output, { TERM }: Io["env"]): boolean {
  return isTTY === true && TERM !== "dumb";
}

/** True if colours may be written: a terminal, and no NO_COLOR (no-color.org). */
export function hasColor(output: Output, env: Io["env"]): boolean {
  return isTerminal(output, env) && !env.NO_COLOR;
}

const STYLES = { bold: 1, dim: 2, red: 31 } as const;

/** `text` in a style where colours may be written, and plain elsewhere. */
export function styled(style: keyof typeof STYLES, text: string, output: Output, env: Io["env"]): string {
  return hasColor(output, env) ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
}

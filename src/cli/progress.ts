import { type Io, isTerminal } from "./io.js";

/** A running account of long work. */
export type Progress = {
  /** Says that `done` of the steps are done. */
  readonly update: (done: number) => void;
  /** Takes the bar off the screen. */
  readonly end: () => void;
};

/** Tells nothing: for --quiet. */
export const SILENT: Progress = { update: () => {}, end: () => {} };

/** Redrawing more often than this, in milliseconds, only costs time. */
const INTERVAL = 100;

const BAR_WIDTH = 20;

/** A bar on stderr, if that is a terminal, with the step, the rate (in `unit`s a second) and the time left. */
export function progressBar({ stderr, env }: Io, label: string, total: number, unit = "step"): Progress {
  if (!isTerminal(stderr, env)) return SILENT;
  const start = performance.now();
  let drawn = Number.NEGATIVE_INFINITY;
  const draw = (text: string) => stderr.write(`\r${text.slice(0, (stderr.columns ?? 80) - 1)}\u001b[K`);
  return {
    update: (done) => {
      const now = performance.now();
      if (done < total && now - drawn < INTERVAL) return;
      drawn = now;
      draw(formatProgress(label, done, total, (now - start) / 1000, unit));
    },
    end: () => draw(""),
  };
}

/** `drawing [=====>    ] 5/25  4.2 steps/s  5 s left`; `seconds` have passed. */
export function formatProgress(
  label: string,
  done: number,
  total: number,
  seconds: number,
  unit = "step",
): string {
  const filled = total > 0 ? Math.round((BAR_WIDTH * Math.min(done, total)) / total) : BAR_WIDTH;
  const bar = `${"=".repeat(filled)}${" ".repeat(BAR_WIDTH - filled)}`;
  const rate = seconds > 0 ? done / seconds : 0;
  const pace = rate > 0 ? `  ${formatRate(rate, unit)}  ${formatSeconds((total - done) / rate)} left` : "";
  return `${label} [${bar}] ${done}/${total}${pace}`;
}

function formatRate(perSecond: number, unit: string): string {
  return perSecond >= 1 ? `${perSecond.toFixed(1)} ${unit}s/s` : `${(1 / perSecond).toFixed(1)} s/${unit}`;
}

/** `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

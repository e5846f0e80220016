import { type Drawing, marks, page } from "./block.js";
import type { Font } from "./font.js";
import { short } from "./shapes.js";
import { drawText } from "./text.js";
import { HAIRLINE, INK, MARGIN, SMALL, TITLE, TRACK } from "./theme.js";

/** The mean loss of the steps up to `step`, from 1, since the entry before. */
export interface LossEntry {
  readonly step: number;
  readonly loss: number;
}

/** Size of the plot in pixels; what stands around it comes on top. */
const PLOT = { width: 720, height: 260 } as const;
/** Room for the title above, for losses on the left. */
const TOP = 44;
const LEFT = 52;
/** Entries over which the dark line averages, exponentially. */
const HORIZON = 20;
const LEADING_DIGITS = [1, 1.5, 2, 3, 5, 7];
const LABELS_BELOW = 8;

/**
 * The loss of a training run over its steps, on a logarithmic scale: every entry of its log, and their running mean, dark.
 * Losses must be above 0.
 */
export function lossCurveDrawing(title: string, entries: readonly LossEntry[], font: Font): Drawing {
  const losses = entries.map(({ loss }) => loss);
  const [lowest, highest] = [Math.min(...losses) / 1.05, Math.max(...losses) * 1.05];
  const last = Math.max(1, ...entries.map(({ step }) => step));
  const x = (step: number) => LEFT + (PLOT.width * step) / last;
  const y = (loss: number) =>
    TOP + (PLOT.height * Math.log(highest / loss)) / Math.log(highest / Math.max(lowest, 1e-300));
  const line = (values: readonly number[], stroke: string, width: number) => {
    const points = values.map((loss, i) => `${short(x(entries[i]!.step))} ${short(y(loss))}`);
    return `<path fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round" d="M${points.join("L")}"/>`;
  };
  const rules = lossTicks(lowest, highest).flatMap((loss) => [
    `<path stroke="${TRACK}" d="M${LEFT} ${short(y(loss))}h${PLOT.width}"/>`,
    drawText(font, String(loss), SMALL, { x: LEFT - 8, y: y(loss) + 4, anchor: "end" }),
  ]);
  const bottom = TOP + PLOT.height;
  const steps = stepTicks(last).flatMap((step) => [
    `<path stroke="${HAIRLINE}" d="M${short(x(step))} ${bottom}v5"/>`,
    drawText(font, step.toLocaleString("en"), SMALL, { x: x(step), y: bottom + 20, anchor: "middle" }),
  ]);
  return page(
    marks(LEFT + PLOT.width, bottom + 42, [
      drawText(font, title, TITLE, { x: 0, y: 16 }),
      ...rules,
      ...steps,
      drawText(font, "training loss by step", SMALL, { x: LEFT + PLOT.width, y: bottom + 40, anchor: "end" }),
      line(losses, "#b6bec8", 1),
      line(runningMeans(losses), INK, 1.5),
    ]),
    LEFT + PLOT.width,
    MARGIN,
  );
}

/** Exponential means that start without a bias towards any value. */
function runningMeans(values: readonly number[]): number[] {
  const keep = 1 - 1 / HORIZON;
  let [sum, weight] = [0, 0];
  return values.map((value) => {
    sum = keep * sum + value;
    weight = keep * weight + 1;
    return sum / weight;
  });
}

/** Round numbers between two losses. */
function lossTicks(lowest: number, highest: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(lowest)); power <= Math.log10(highest); power++) {
    for (const digit of LEADING_DIGITS) {
      const tick = Number(`${digit}e${power}`);
      if (tick >= lowest && tick <= highest) ticks.push(tick);
    }
  }
  return ticks;
}

/** 0 and the multiples of a round number up to the last step. */
function stepTicks(last: number): number[] {
  const rough = last / LABELS_BELOW;
  const power = 10 ** Math.floor(Math.log10(rough));
  const pitch = Math.max(1, [1, 2, 5, 10].find((digit) => digit * power >= rough)! * power);
  return Array.from({ length: Math.floor(last / pitch) + 1 }, (_, i) => i * pitch);
}

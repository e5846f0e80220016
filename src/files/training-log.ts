import { appendFileSync, existsSync } from "node:fs";
import { InputError } from "../errors.js";
import { type LossEntry, lossCurveDrawing } from "../figure/loss-curve.js";
import type { TrainingStep } from "../train/loop.js";
import { rasterise } from "./figure.js";
import { fileError } from "./file-error.js";
import { loadFont } from "./font.js";
import { readText } from "./read.js";
import { writeFileAtomic } from "./write.js";

/** Terms of the loss that a run may have; empty where it has not. */
const TERMS = [
  "recognition",
  "practice",
  "rehearsal",
  "critic",
  "concentration",
  "responsibility",
  "effect",
] as const;
const HEADER = `step,loss,gradientNorm,learningRate,imagesPerSecond,${TERMS.join(",")}\n`;

/** Means since the last line. */
export interface LogMeans {
  readonly loss: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** Starts a run's log, or cuts one off after `step`, where a resumed run goes on. */
export function openLog(path: string, step: number): void {
  const lines = existsSync(path) ? readText(path).split("\n").slice(1) : [];
  const kept = lines.filter((line) => line !== "" && Number.parseInt(line, 10) <= step);
  writeFileAtomic(
    path,
    new TextEncoder().encode(HEADER + kept.map((line) => `${line}\n`).join("")),
    "replace",
  );
}

/** Adds a line. */
export function appendLog(path: string, step: TrainingStep, means: LogMeans, imagesPerSecond: number): void {
  const values = [
    step.state.step,
    means.loss.toPrecision(6),
    step.gradientNorm.toPrecision(4),
    step.learningRate.toPrecision(6),
    imagesPerSecond.toFixed(1),
    ...TERMS.map((name) => means.terms[name]?.toPrecision(4) ?? ""),
  ];
  try {
    appendFileSync(path, `${values.join(",")}\n`);
  } catch (error) {
    throw fileError("write", path, error);
  }
}

/** The steps and losses of a log. Throws InputError with the line that has none. */
export function readLosses(path: string): LossEntry[] {
  const lines = readText(path).split("\n").slice(1);
  return lines.flatMap((line, i) => {
    if (line === "") return [];
    const [step, loss] = line.split(",").map(Number);
    if (!(step !== undefined && loss !== undefined && step > 0 && loss > 0)) {
      throw new InputError(
        `${path}, line ${i + 2}: must start with a step and a loss above 0; got "${line.slice(0, 40)}"`,
      );
    }
    return [{ step, loss }];
  });
}

/** Draws the losses of a log into a PNG file beside it; a log without any is left alone. Throws InputError as `readLosses`. */
export async function drawLosses(log: string, picture: string, title: string): Promise<void> {
  const losses = readLosses(log);
  if (losses.length === 0) return;
  writeFileAtomic(picture, await rasterise(lossCurveDrawing(title, losses, loadFont())), "replace");
}

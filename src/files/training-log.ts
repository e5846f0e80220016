import { appendFileSync, existsSync } from "node:fs";
import type { TrainingStep } from "../train/loop.js";
import { fileError } from "./file-error.js";
import { readText } from "./read.js";
import { writeFileAtomic } from "./write.js";

const HEADER = "step,loss,gradientNorm,learningRate,imagesPerSecond\n";

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

/** Adds a line; `loss` is the mean since the last one. */
export function appendLog(path: string, step: TrainingStep, loss: number, imagesPerSecond: number): void {
  const values = [
    step.state.step,
    loss.toPrecision(6),
    step.gradientNorm.toPrecision(4),
    step.learningRate.toPrecision(6),
    imagesPerSecond.toFixed(1),
  ];
  try {
    appendFileSync(path, `${values.join(",")}\n`);
  } catch (error) {
    throw fileError("write", path, error);
  }
}

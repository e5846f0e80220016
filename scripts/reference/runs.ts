import { InputError } from "../../src/errors.js";
import type { Ledger } from "../../src/explain/ledger.js";
import { relevanceScores, rowAt } from "../../src/explain/relevance.js";
import { rowOfKind } from "../../src/explain/sources.js";
import type { UNetConfig } from "../../src/model/config.js";
import {
  type Check,
  checkGroup,
  failedCheck,
  largest,
  largestDifference,
  RUN_LIMIT,
  relative,
} from "./compare.js";
import { SAMPLES } from "./noise.js";
import { reasonOf } from "./reason.js";
import { namesUnder, type ReferenceFile, valuesOf } from "./reference-file.js";
import { disturbed, openRun, type RunSettings } from "./sampling.js";

const shared = ["x_T", "context", "uncond"];

/**
 * Checks the sampling runs of a U-Net's file, in float32 as shipped: pictures, contributions, relevance.
 *
 * `noise` is the network's float32 noise, relative to its output. Every step multiplies the noise of those before it;
 * runs with outputs moved by that much show what is left of each figure's digits.
 */
export async function* checkRuns(
  file: ReferenceFile,
  config: UNetConfig,
  noise: number,
): AsyncGenerator<Check> {
  const names = namesUnder(file, "ddim/").filter((name) => !shared.includes(name));
  for (const name of new Set(names.map((name) => name.split("/")[0]!))) {
    try {
      yield* await checkRun(file, config, name, noise);
    } catch (error) {
      yield failedCheck(`${file.name}/ddim/${name}`, "run", reasonOf(error));
    }
  }
}

function parseRun(name: string): RunSettings {
  const [, steps, guidance] = /^S(\d+)_w(\d+(?:[.p]\d+)?)$/.exec(name) ?? [];
  if (guidance === undefined) throw new InputError("a run is named like S4_w3, for 4 steps with guidance 3");
  return { steps: Number(steps), guidance: Number(guidance.replace("p", ".")) };
}

async function checkRun(
  file: ReferenceFile,
  config: UNetConfig,
  name: string,
  noise: number,
): Promise<Check[]> {
  const run = await openRun(file, config, parseRun(name));
  try {
    const figures = namesUnder(file, `ddim/${name}/`).filter((figure) => figure !== "probe");
    const values = figures.map((figure) => valuesOf(file, `ddim/${name}/${figure}`));
    const measured = async (wrap: Parameters<typeof run.sample>[0]) => {
      const ledger = await run.sample(wrap);
      return figures.map((figure) => Float64Array.from(measure(file, name, figure, ledger)));
    };
    const actual = await measured((network) => network);
    const spread = figures.map(() => 0);
    const clear = actual.every(
      (value, i) => relative(largestDifference(value, values[i]!), largest(values[i]!)) <= RUN_LIMIT,
    );
    for (let seed = 0; seed < SAMPLES && !clear; seed++) {
      const moved = await measured(disturbed(noise, seed));
      for (const i of spread.keys())
        spread[i] = Math.max(spread[i]!, largestDifference(moved[i]!, actual[i]!));
    }
    return figures.map((figure, i) => {
      const scale = largest(values[i]!);
      const comparison = { name: figure, expected: values[i]!, actual: actual[i]!, noise: spread[i]!, scale };
      return checkGroup(`${file.name}/ddim/${name}`, figure, [comparison], RUN_LIMIT);
    });
  } finally {
    await run.release();
  }
}

/** One of the file's figures of a run; throws InputError for one that is not known. */
function measure(file: ReferenceFile, run: string, figure: string, ledger: Ledger): ArrayLike<number> {
  const probes = () => probesOf(file, run, ledger.image.length);
  const tokens = ledger.sources.flatMap(({ kind }, row) => (kind === "token" ? [row] : []));
  if (figure === "out") return ledger.image;
  if (figure === "relevance_eq8") return relevanceScores(ledger);
  if (figure === "token_contribution_dot_probe") {
    return probes().flatMap((probe) => tokens.map((row) => dot(rowAt(ledger, row), probe))); // [P, K]
  }
  if (figure === "noise_contribution_dot_probe") {
    return probes().map((probe) => dot(rowAt(ledger, rowOfKind(ledger.sources, "noise")), probe)); // [P]
  }
  throw new InputError(`tensor ${figure} is of no known kind`);
}

function probesOf(file: ReferenceFile, run: string, length: number): Float64Array[] {
  const all = valuesOf(file, `ddim/${run}/probe`); // [P, 6, H, W]
  return Array.from({ length: all.length / length }, (_, p) => all.subarray(p * length, (p + 1) * length));
}

const dot = (a: Float32Array, b: Float64Array): number =>
  a.reduce((total, value, i) => total + value * b[i]!, 0);

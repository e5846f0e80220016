import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { InputError, UsageError } from "../src/errors.js";
import { fromAuthorsConfig } from "../src/model/authors.js";
import type { UNetConfig } from "../src/model/config.js";

export const modes = ["train", "forward"] as const;
export type Mode = (typeof modes)[number];

/** One measurement of one network; every engine gets the same. */
export interface Work {
  readonly config: UNetConfig;
  readonly mode: Mode;
  readonly batch: number;
  /** Tokens of the prompt. */
  readonly tokens: number;
  readonly repeats: number;
  readonly threads: number;
}

/** What to measure of a whole model. */
export interface ModelWork {
  /** Name of a bundled model, or a model's folder. */
  readonly model: string;
  /** File with the settings of its training run. */
  readonly training: string;
  readonly repeats: number;
  readonly threads: number;
}

/** Parts of the measurement of a full-size model; each is a process of its own, so that its peak of memory is. */
export const parts = ["train", "sample"] as const;
export type Part = (typeof parts)[number];

/** What to measure of models at full size, on random weights. */
export interface FullWork {
  /** Names of bundled models. */
  readonly full: readonly string[];
  readonly parts: readonly Part[];
  /** Sampling steps. */
  readonly steps: number;
  readonly trainingSteps: number;
  readonly threads: number;
}

export interface Settings {
  readonly work: Work | ModelWork | FullWork;
  readonly json: boolean;
}

/** The four that the paper reports. */
const PAPER_MODELS = ["bcos-x0", "bcos-clip-x0", "bcos-clip-eps", "vanilla"];

export const usage = `npm run bench -- [--model NAME|DIR] [--config TRAINING.json] [--repeats R] [--threads T] [--json]
npm run bench -- --full [--model NAME] [--part train|sample] [--steps S] [--training-steps N] [--threads T] [--json]
npm run bench -- --unet FILE.json --mode train|forward --batch N --size S --tokens L [--repeats R] [--threads T] [--json]`;

/** Reads the command line. Throws UsageError, or InputError if the network's file cannot be read. */
export function parseSettings(args: readonly string[]): Settings {
  const { json, full, ...values } = parsed(args);
  if (full) {
    const part = parts.find((name) => name === values.part);
    if (part === undefined && values.part !== undefined)
      throw new UsageError(`--part must be train or sample; got ${values.part}`);
    const work = {
      full: values.model === undefined ? PAPER_MODELS : [values.model],
      parts: part === undefined ? parts : [part],
      steps: count("steps", values.steps),
      trainingSteps: count("training-steps", values["training-steps"]),
      threads: count("threads", values.threads),
    };
    return { work, json };
  }
  const common = { repeats: count("repeats", values.repeats), threads: count("threads", values.threads) };
  if (values.unet === undefined) {
    return { work: { model: values.model ?? "emoji", training: values.config, ...common }, json };
  }
  const mode = modes.find((name) => name === values.mode);
  if (mode === undefined)
    throw new UsageError(`--mode must be train or forward; got ${values.mode ?? "nothing"}`);
  const work = {
    config: fromAuthorsConfig(readJson(values.unet), count("size", values.size)),
    mode,
    batch: count("batch", values.batch),
    tokens: count("tokens", values.tokens),
    ...common,
  };
  return { work, json };
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        model: text,
        full: { type: "boolean", default: false },
        part: text,
        steps: { ...text, default: "25" },
        "training-steps": { ...text, default: "2" },
        config: { ...text, default: "configs/emoji.json" },
        unet: text,
        mode: text,
        batch: { ...text, default: "1" },
        size: { ...text, default: "32" },
        tokens: { ...text, default: "16" },
        repeats: { ...text, default: "10" },
        threads: { ...text, default: "2" },
        json: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new UsageError(`--${name} must be a whole number from 1; got ${text}`);
  return value;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`network settings ${path} cannot be read (${reason}); give a JSON file`, {
      cause: error,
    });
  }
}

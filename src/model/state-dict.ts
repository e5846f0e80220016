import { type Shape, sameShape } from "../graph/shape.js";
import type { ParameterSpec } from "./weights.js";

/** Which of a checkpoint's two sets: the weights as trained, or their exponential moving average. */
export type WeightSet = "plain" | "ema";

/** A network's parameters in a checkpoint, and what does not fit. */
export interface StateDictMatch {
  readonly set: WeightSet;
  /** What every name of the set begins with, such as "model.diffusion_model.". */
  readonly prefix: string;
  /** Name in the checkpoint of each parameter that is there and has its shape. */
  readonly sources: ReadonlyMap<string, string>;
  /** Parameters that the checkpoint lacks. */
  readonly missing: readonly string[];
  /** Parameters of the prompt's side that it lacks as all of the authors' do: they start at a constant and stay there. */
  readonly constant: readonly string[];
  /** Tensors of the set that the network has no place for. */
  readonly unexpected: readonly string[];
  readonly misshapen: readonly { readonly name: string; readonly expected: Shape; readonly got: Shape }[];
  /** How many tensors of other parts the checkpoint holds, by part. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** Prefixes that training programs give the denoising network, the paper authors' first. */
const PREFIXES = ["model.diffusion_model.", "diffusion_model.", "model.", "module.", "unet.", ""];

/** The authors' moving average keeps names in a form without dots. */
const EMA_PREFIX = "model_ema.diffusion_model";

/** Whether a checkpoint holds a moving average in the authors' form. */
export const hasEma = (names: Iterable<string>): boolean =>
  [...names].some((name) => name.startsWith(EMA_PREFIX));

/** The authors' name of a parameter's moving average. */
const emaName = (name: string): string => `${EMA_PREFIX}${name.replaceAll(".", "")}`;

/**
 * Finds a network's parameters among a checkpoint's tensors (name -> shape), under the prefix that fits most of them.
 *
 * `set` "auto" takes the moving average where there is one, as the authors' samplers do.
 */
export function matchStateDict(
  parameters: readonly Pick<ParameterSpec, "name" | "shape" | "start">[],
  shapes: ReadonlyMap<string, Shape>,
  wanted: WeightSet | "auto",
): StateDictMatch {
  const set = wanted === "auto" ? (hasEma(shapes.keys()) ? "ema" : "plain") : wanted;
  const prefix = set === "ema" ? EMA_PREFIX : fittingPrefix(parameters, shapes);
  const nameOf = set === "ema" ? emaName : (name: string) => prefix + name;
  const sources = new Map<string, string>();
  const missing: string[] = [];
  const constant: string[] = [];
  const misshapen: StateDictMatch["misshapen"][number][] = [];
  const used = new Set<string>();
  for (const { name, shape, start } of parameters) {
    const source = nameOf(name);
    const got = shapes.get(source);
    // without its dots, one name could stand for two parameters; the second has no average then
    if (got === undefined || used.has(source)) {
      const isPromptSide = name.startsWith("text.") && start.kind === "constant";
      (isPromptSide ? constant : missing).push(name);
      continue;
    }
    used.add(source);
    if (sameShape(got, shape)) sources.set(name, source);
    else misshapen.push({ name, expected: shape, got });
  }
  const rest = [...shapes.keys()].filter((name) => !used.has(name));
  const unexpected = rest.filter((name) => name.startsWith(prefix));
  const leftOut = new Map<string, number>();
  for (const name of rest.filter((other) => !other.startsWith(prefix))) {
    const part = partOf(name);
    leftOut.set(part, (leftOut.get(part) ?? 0) + 1);
  }
  return { set, prefix, sources, missing, constant, unexpected, misshapen, leftOut };
}

/** The prefix under which most of the parameters are found, and the earliest in the list of several such. */
function fittingPrefix(
  parameters: readonly Pick<ParameterSpec, "name">[],
  shapes: ReadonlyMap<string, Shape>,
): string {
  const counts = PREFIXES.map((prefix) => ({
    prefix,
    count: parameters.filter(({ name }) => shapes.has(prefix + name)).length,
  }));
  return counts.reduce((best, candidate) => (candidate.count > best.count ? candidate : best)).prefix;
}

/** The part of a training program's model that a tensor belongs to; the noise schedule's have no part's name. */
function partOf(name: string): string {
  const words = name.split(".");
  return words.slice(0, Math.min(words.length - 1, words[0] === "model" ? 2 : 1)).join(".") || "schedule";
}

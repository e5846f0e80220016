import type { Metric } from "../../evaluate/interval.js";
import type { SamplingSettings } from "../../generate/sampling.js";
import type { MethodName } from "../../methods/methods.js";
import type { LoadedModel } from "../../model/loaded.js";
import type { PromptEncoder } from "../../model/prompt-encoder.js";
import type { Compile } from "../../runtime/executable.js";
import type { Lanes } from "../lanes.js";

/** What a report is made of. */
export interface ReportRun {
  readonly model: LoadedModel;
  readonly encodePrompt: PromptEncoder;
  readonly compile: Compile;
  readonly settings: SamplingSettings;
  readonly count: number;
  readonly signal: AbortSignal;
  /** To be called with the number of things done, of `count`. */
  readonly onProgress: (done: number) => void;
}

/** The same, and what pieces of work are done beside each other with. */
export interface LanedRun extends ReportRun {
  readonly lanes: Lanes;
}

/** The same, and whose maps are measured by the reports that take any. */
export interface MethodRun extends LanedRun {
  readonly method: MethodName;
}

/** A report on a model that `pellucid evaluate` prints. */
export interface Report {
  /** What it does while it runs: "explaining". */
  readonly doing: string;
  /** How many prompts or scenes it takes unless told. */
  readonly count: number;
  /** Whether it measures any attribution method, and not the account or the network alone. */
  readonly takesMethod: boolean;
  readonly metrics: (run: MethodRun) => Promise<Record<string, Metric>>;
}

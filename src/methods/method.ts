import type { StepNoise } from "../diffusion/sample.js";
import type { AffineStep } from "../diffusion/steps.js";
import { contentMagnitude } from "../explain/maps.js";
import type { Drawing } from "../generate/draw.js";
import type { EncodedPrompt } from "../model/prompt-encoder.js";

/** A picture to explain: a run of the sampler under a prompt. A single prediction is a run of one step. */
export interface Subject {
  readonly prompt: EncodedPrompt;
  /** Seed of the run; only random controls look at it. */
  readonly seed: number;
  readonly xT: Float32Array; // [6, H, W]
  readonly steps: readonly AffineStep[];
  readonly noise?: StepNoise | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A part of the picture for every player, and what the parts are held against. */
export interface Account {
  readonly parts: readonly Float32Array[]; // [6, H, W] each
  /** What the parts should add up to [6, H, W]. */
  readonly whole: Float32Array;
}

/** What a method says. Its players are the prompt's words, in order, then the tokens that belong to no word. */
export interface Attribution {
  /** One map [H, W] of values >= 0 per player, raw: nothing stretched or clipped. */
  readonly maps: readonly Float32Array[];
  /** Of methods that give every player a part of the picture; a map is then the part's content |d|, summed over rgb. */
  readonly account?: Account;
}

/** A method made ready for prompts of one layout. */
export interface Explainer {
  /** Throws UsageError for a prompt of another layout, CancelledError. */
  explain(subject: Subject): Promise<Attribution>;
  /** Frees the compiled networks. */
  release(): Promise<void>;
}

/** What a method costs for each step of a run without guidance; guidance doubles it, but for a control. */
export interface Cost {
  /** Calls of a compiled network. */
  readonly calls: number;
  /** Arithmetic, in passes of the plain network for one picture; a row in lockstep counts as one. */
  readonly passes: number;
}

/** A way to say which word did what to which pixel. */
export interface Method {
  /** What it is called in figures. */
  readonly title: string;
  /** What a map shows. */
  readonly shows: string;
  /** What its parts should add up to; undefined for methods without parts. */
  readonly completeness?: string;
  /** For a prompt of so many words of one token each. */
  cost(words: number): Cost;
  /** Compiles what it needs for prompts laid out as the drawing's. Throws InputError for a network that it can't explain. */
  open(drawing: Drawing): Promise<Explainer>;
}

/** The attribution of a method that gives parts. */
export const fromParts = (account: Account): Attribution => ({
  maps: account.parts.map(contentMagnitude),
  account,
});

/**
 * What an image is made of. Every source owns one row of a ledger, and the rows add up to the image:
 * `token` one prompt token; `word` the sum of a word's tokens; `noise` the starting noise and any drawn later;
 * `time` the time embedding; `mu` the mean of the process; `unconditional` the empty context under guidance;
 * `bias` additive parameters of ordinary (not B-cos) layers.
 */
export type Source =
  | { readonly kind: "token"; readonly index: number }
  | { readonly kind: "word"; readonly index: number }
  | { readonly kind: "noise" }
  | { readonly kind: "time" }
  | { readonly kind: "mu" }
  | { readonly kind: "unconditional" }
  | { readonly kind: "bias" };

export type SourceKind = Source["kind"];

/** Sources that only some runs have. */
export type ExtraSource = "unconditional" | "bias";

/** The sources of a run in row order: the tokens, then noise, time, mu, and the given extras. */
export function runSources(tokens: number, extras: readonly ExtraSource[] = []): Source[] {
  const prompt = Array.from({ length: tokens }, (_, index): Source => ({ kind: "token", index }));
  const rest = (["noise", "time", "mu"] as const).map((kind): Source => ({ kind }));
  const extra = (["unconditional", "bias"] as const).filter((kind) => extras.includes(kind));
  return [...prompt, ...rest, ...extra.map((kind): Source => ({ kind }))];
}

/** Whether a source comes from the prompt: a token or a word. */
export function isPromptSource(source: Source): boolean {
  return source.kind === "token" || source.kind === "word";
}

/** The row of the first source of this kind, or -1. */
export function rowOfKind(sources: readonly Source[], kind: SourceKind): number {
  return sources.findIndex((source) => source.kind === kind);
}

/** `token 3`, `word 0`, `noise`, `time`, ...: a name that is unique within a ledger. */
export function sourceName(source: Source): string {
  return source.kind === "token" || source.kind === "word" ? `${source.kind} ${source.index}` : source.kind;
}

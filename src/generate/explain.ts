import { buildExplanation } from "../explain/document.js";
import type { ExplainedStep, Ledger } from "../explain/ledger.js";
import { defaultForm } from "../explain/maps.js";
import type { Explanation, Generation } from "../explain/schema.js";
import { version } from "../version.js";
import type { Drawing, ExplainingArtist } from "./draw.js";
import { pictureSize } from "./sampling.js";

/** A finished picture's ledger. */
export function ledgerOf({ model }: Drawing, { sources }: ExplainingArtist, step: ExplainedStep): Ledger {
  return { sources, rows: step.rows, image: step.x, size: pictureSize(model.config) };
}

/** How a picture with this seed is made, as its outputs record it. */
export function generationOf({ model, prompt, settings }: Drawing, seed: number): Generation {
  const { name, prediction } = model.config;
  return {
    prompt: prompt.encoding.prompt,
    seed,
    settings: { ...settings, ...pictureSize(model.config) },
    model: { name, digest: model.digest, prediction },
    pellucid: version,
  };
}

/** The explanation document of a ledger that was drawn with these settings and seed. */
export function documentOf(drawing: Drawing, ledger: Ledger, seed: number): Explanation {
  const { tokens } = drawing.prompt;
  const { words } = drawing.prompt.encoding;
  return buildExplanation({
    ...generationOf(drawing, seed),
    settings: drawing.settings,
    ledger,
    words,
    tokens,
    mapForm: defaultForm(words.length),
  });
}

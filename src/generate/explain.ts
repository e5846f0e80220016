import { buildExplanation, type ExplanationInput } from "../explain/document.js";
import type { ExplainedStep, Ledger } from "../explain/ledger.js";
import { defaultForm } from "../explain/maps.js";
import type { Explanation, Generation } from "../explain/schema.js";
import { type RecordedStep, recorded } from "../explain/timeline.js";
import { tokenGroups } from "../explain/words.js";
import { version } from "../version.js";
import type { Drawing, ExplainingArtist } from "./draw.js";
import { calibrationFor } from "./neglect.js";
import { pictureSize } from "./sampling.js";

/** A finished picture's ledger. */
export function ledgerOf({ model }: Drawing, { sources }: ExplainingArtist, step: ExplainedStep): Ledger {
  return { sources, rows: step.rows, image: step.x, size: pictureSize(model.config) };
}

/** The steps of a seed's drawing, with the record of when each word acted. */
export function recordedDrawing(
  { model, prompt }: Drawing,
  artist: ExplainingArtist,
  seed: number,
  signal?: AbortSignal,
): AsyncGenerator<RecordedStep, void, undefined> {
  const words = tokenGroups(prompt.tokens, prompt.encoding.words.length);
  const { sources } = artist;
  return recorded(artist.draw(seed, signal), { sources, size: pictureSize(model.config) }, words);
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

/** The explanation document of a ledger that was drawn with these settings and seed, and of what else is known of the run. */
export function documentOf(
  drawing: Drawing,
  ledger: Ledger,
  seed: number,
  more: Pick<ExplanationInput, "history" | "distances"> = {},
): Explanation {
  const { tokens } = drawing.prompt;
  const { words } = drawing.prompt.encoding;
  return buildExplanation({
    ...generationOf(drawing, seed),
    settings: drawing.settings,
    ledger,
    words,
    tokens,
    mapForm: defaultForm(words.length),
    neglect: calibrationFor(drawing.model, drawing.settings),
    ...more,
  });
}

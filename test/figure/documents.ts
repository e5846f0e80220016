import { buildExplanation, type ExplanationInput } from "../../src/explain/document.js";
import type { Ledger } from "../../src/explain/ledger.js";
import type { Explanation } from "../../src/explain/schema.js";
import { type ExtraSource, runSources } from "../../src/explain/sources.js";
import { type FigurePanels, figurePanels } from "../../src/figure/panels.js";
import { loadFont } from "../../src/files/font.js";
import { ledgerOf } from "../explain/ledgers.js";
import { uniforms } from "../random.js";

export const FONT = loadFont();

export interface Explained {
  readonly document: Explanation;
  readonly panels: FigurePanels;
  readonly ledger: Ledger;
}

/** An explanation of a picture of 2 x 3 pixels, whose words (split at spaces) are one token each; "shark" adds next to nothing. */
export function explained(
  prompt: string,
  extras: readonly ExtraSource[] = [],
  changes: Partial<ExplanationInput> = {},
): Explained {
  const random = uniforms(prompt.length);
  const words = Array.from(prompt.matchAll(/\S+/g), ({ 0: text, index }) => ({
    text,
    start: index,
    end: index + text.length,
  }));
  const sources = runSources(words.length, extras);
  const ledger = ledgerOf(
    sources,
    sources.map((_, s) => {
      const size = words[s]?.text === "shark" ? 1e-4 : 1 / sources.length;
      return Float32Array.from({ length: 36 }, () => size * random());
    }),
  );
  const document = buildExplanation({
    ledger,
    prompt,
    words,
    tokens: words.map((word, i) => ({ ...word, id: i, word: i })),
    seed: 42,
    settings: { sampler: "ddim", steps: 25, spacing: "trailing", last: "one", eta: 0, guidance: 1.5 },
    model: { name: "emoji, v1", digest: "sha256:0a1b2c3d4e5f", prediction: "x0" },
    pellucid: "0.1.0",
    mapForm: "excess",
    ...changes,
  });
  return { document, panels: figurePanels(ledger, document), ledger };
}

/** The texts in a drawing, in order. */
export function textsOf(svg: string): string[] {
  return Array.from(svg.matchAll(/aria-label="([^"]*)"/g), ([, text = ""]) => text);
}

export const EIGHT = "a penguin wearing a green hat, on red";
export const TWENTY = Array.from({ length: 20 }, (_, i) => `word${i}`).join(" ");

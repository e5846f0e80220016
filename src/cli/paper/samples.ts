import { deriveSeed, MAX_SEED } from "../../diffusion/random.js";
import { UsageError } from "../../errors.js";
import { type Metric, meanMetric } from "../../evaluate/interval.js";
import type { Explanation } from "../../explain/schema.js";
import { type ShownSample, samplesDrawing } from "../../figure/samples.js";
import { tokenName } from "../../figure/token-chart.js";
import { rasterise } from "../../files/figure.js";
import { loadFont } from "../../files/font.js";
import { explainingArtist, lastStep } from "../../generate/draw.js";
import { recordedDrawing } from "../../generate/explain.js";
import { finish, type Generated } from "../../pellucid.js";
import { reusing } from "../../runtime/reuse.js";
import { integer } from "../options.js";
import type { ReportRun } from "../reports/report.js";
import type { Publication } from "./publish.js";

/** A prompt's network, which prompts of equal length share, and under guidance that of the empty prompt. */
const KEPT = 2;

/** The options that say which seeds a figure shows. */
export const seedOptions = {
  seed: integer("N", "seed of the first sample; sample k has seed N + k", { min: 0, max: MAX_SEED }, 0),
  count: integer("K", "samples of each prompt", { min: 1, max: 100 }, 1),
};

/** The seeds of so many samples. */
export const seedsFrom = ({ seed, count }: { readonly seed: number; readonly count: number }): number[] =>
  Array.from({ length: count }, (_, k) => deriveSeed(seed, k));

/** Draws and explains every prompt with every seed; of one seed, all prompts in order. */
export async function drawSamples(
  { compile: engine, model, encodePrompt, settings, signal, onProgress }: ReportRun,
  prompts: readonly string[],
  seeds: readonly number[],
): Promise<Generated[]> {
  const { compile, release } = reusing(engine, KEPT);
  const samples: Generated[] = [];
  try {
    for (const seed of seeds) {
      for (const prompt of prompts) {
        const drawing = { model, encodePrompt, prompt: await encodePrompt(prompt), settings, compile };
        const artist = await explainingArtist(drawing);
        try {
          const step = await lastStep(recordedDrawing(drawing, artist, seed, signal));
          samples.push(finish(drawing, artist, step, seed));
        } finally {
          await artist.release();
        }
        onProgress(samples.length);
      }
    }
  } finally {
    await release();
  }
  return samples;
}

/** The part of a publication that all figures have alike: the drawing, a row per token, the explanations. */
export async function sampleFiles(
  shown: readonly ShownSample[],
): Promise<Pick<Publication, "png" | "rows" | "details">> {
  const explanations = shown.map(({ explanation }) => explanation);
  const rows = explanations.flatMap(({ prompt, seed, tokens }) =>
    tokens.map((token, position) => {
      const { eq8, content } = token.relevance;
      return [prompt, seed, position, tokenName(token), eq8, content];
    }),
  );
  return {
    png: await rasterise(samplesDrawing(shown, loadFont())),
    rows: [["prompt", "seed", "position", "token", "eq8", "content"], ...rows],
    details: { samples: explanations },
  };
}

/** `relevance.eq8.NAME` and `relevance.content.NAME` of a word over pictures. */
export function relevanceMetrics(
  name: string,
  relevances: readonly Explanation["words"][number]["relevance"][],
): Record<string, Metric> {
  return {
    [`relevance.eq8.${name}`]: meanMetric(relevances.map(({ eq8 }) => eq8)),
    [`relevance.content.${name}`]: meanMetric(relevances.map(({ content }) => content)),
  };
}

/** The position of the one word of a prompt that reads so. Throws UsageError if there is none, or more than one. */
export function positionOf(word: string, words: readonly { readonly text: string }[]): number {
  const found = [...words.keys()].filter((i) => words[i]!.text === word.toLowerCase());
  if (found.length === 1) return found[0]!;
  throw new UsageError(
    `--word must be a word that the prompt holds once; got ${JSON.stringify(word)}, which it holds ${found.length} times; ` +
      `its words: ${words.map(({ text }) => text).join(" ")}`,
  );
}

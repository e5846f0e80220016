import { rgbOf } from "../../diffusion/picture.js";
import { UsageError } from "../../errors.js";
import { shareMetric } from "../../evaluate/interval.js";
import { mean } from "../../evaluate/statistics/summary.js";
import type { Explanation } from "../../explain/schema.js";
import { weakestWord } from "../../explain/warnings.js";
import { DEFAULT_SAMPLING } from "../../generate/sampling.js";
import { defineCommand } from "../command.js";
import { text } from "../options.js";
import { publicationModel, publicationOptions, publish } from "../paper/publish.js";
import {
  drawSamples,
  positionOf,
  relevanceMetrics,
  sampleFiles,
  seedOptions,
  seedsFrom,
} from "../paper/samples.js";

/** A sample that lacks what a word names, and how little that word supplied. */
export const figure3 = defineCommand({
  positionals: publicationModel,
  options: {
    prompt: text("PROMPT", "what to draw", "a shark wearing a green hat"),
    word: text("WORD", "the word to watch; default: the one that supplies least", undefined),
    ...seedOptions,
    ...publicationOptions(DEFAULT_SAMPLING.steps),
  },
  examples: [
    {
      line: "pellucid evaluate figure3 emoji",
      does: "a word that the model never learnt, and what it supplies",
    },
    {
      line: 'pellucid evaluate figure3 emoji --prompt "a cat on a shark" --word shark --count 4',
      does: "of a prompt of your own, four seeds",
    },
  ],
  async run({ positionals, options }, io) {
    const { prompt, count } = options;
    await publish({ name: "figure3", count }, positionals.model, options, io, async (run) => {
      const { words } = (await run.encodePrompt(prompt)).encoding;
      const asked = options.word === undefined ? undefined : positionOf(options.word, words);
      const samples = await drawSamples(run, [prompt], seedsFrom(options));
      const explanations = samples.map(({ explanation }) => explanation);
      const watched = asked ?? weakestOf(explanations);
      const warned = explanations.map(({ warnings }) =>
        warnings.some(({ code, word }) => code === "word-ignored" && word === watched),
      );
      const { text: word } = words[watched]!;
      const shown = samples.map(({ ledger, explanation }, i) => ({
        explanation,
        panels: [
          {
            title: "Sample",
            detail: warned[i] ? `"${word}" may be missing` : "",
            picture: rgbOf(ledger.image),
          },
        ],
        marked: new Set([watched]),
      }));
      return {
        metrics: {
          ...relevanceMetrics(
            word,
            explanations.map((explanation) => explanation.words[watched]!.relevance),
          ),
          warned: shareMetric(warned),
        },
        settings: { prompt, word, seed: options.seed },
        ...(await sampleFiles(shown)),
      };
    });
  },
});

/** The position of the content word that supplies least on average. Throws UsageError if the prompt has none. */
function weakestOf(explanations: readonly Explanation[]): number {
  const words = explanations[0]?.words ?? [];
  const shares = words.map((_, w) => mean(explanations.map((each) => each.words[w]!.relevance.content)));
  const { word } = weakestWord(words, shares);
  if (word !== null) return word;
  throw new UsageError("the prompt must have a word that names something; got none; give another --prompt");
}

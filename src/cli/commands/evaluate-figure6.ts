import { rgbOf } from "../../diffusion/picture.js";
import { UsageError } from "../../errors.js";
import { meanMetric } from "../../evaluate/interval.js";
import { pictureDistance } from "../../explain/counterfactual.js";
import { DEFAULT_SAMPLING } from "../../generate/sampling.js";
import type { PromptEncoder } from "../../model/prompt-encoder.js";
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

/** Samples of one seed whose prompts differ in one word. */
export const figure6 = defineCommand({
  positionals: publicationModel,
  options: {
    prompt: text("PROMPT", "what to draw", "a small flamingo on the beach"),
    word: text("WORD", "the word of it to change", "flamingo"),
    by: text("WORDS", "what to put in its place, one after another", "penguin,banana,pizza"),
    ...seedOptions,
    ...publicationOptions(DEFAULT_SAMPLING.steps),
  },
  examples: [
    { line: "pellucid evaluate figure6 emoji", does: "what changes with the animal, and what stays?" },
    {
      line: 'pellucid evaluate figure6 emoji --prompt "a big cat" --word big --by small --count 4',
      does: "is size heeded? four seeds",
    },
  ],
  async run({ positionals, options }, io) {
    const { prompt, word, seed } = options;
    const others = splitWords(options.by);
    const seeds = seedsFrom(options);
    const wanted = { name: "figure6", count: seeds.length * (1 + others.length) };
    await publish(wanted, positionals.model, options, io, async (run) => {
      const { position, prompts } = await withEach(run.encodePrompt, prompt, word, others);
      const samples = await drawSamples(run, prompts, seeds);
      const shown = samples.map(({ ledger, explanation }, i) => {
        const first = samples[i - (i % prompts.length)]!; // the same seed with the prompt as given
        const distance = pictureDistance(first.image, ledger.image);
        const detail = i % prompts.length === 0 ? "" : `${distance.toFixed(3)} from the first`;
        const panel = { title: "Sample", detail, picture: rgbOf(ledger.image) };
        return { explanation, panels: [panel], marked: new Set([position]), distance };
      });
      const metrics = prompts.flatMap((_, p) => {
        const own = shown.filter((_, i) => i % prompts.length === p);
        const name = own[0]!.explanation.words[position]!.text;
        const relevances = own.map(({ explanation }) => explanation.words[position]!.relevance);
        const distance = meanMetric(own.map((sample) => sample.distance));
        return Object.entries({
          ...relevanceMetrics(name, relevances),
          ...(p > 0 && { [`distance.${name}`]: distance }),
        });
      });
      return {
        metrics: Object.fromEntries(metrics),
        settings: { prompt, word, by: others, seed },
        ...(await sampleFiles(shown)),
      };
    });
  },
});

function splitWords(given: string): string[] {
  const words = given.split(",").map((word) => word.trim());
  if (words.every((word) => word !== "") && new Set(words).size === words.length) return words;
  throw new UsageError(
    `--by must be different words with commas between them; got ${JSON.stringify(given)}; give cat,goat`,
  );
}

/** The prompt, and the prompt with each of the others in the word's place. Throws UsageError unless all are single words, and new ones. */
async function withEach(
  encodePrompt: PromptEncoder,
  prompt: string,
  word: string,
  others: readonly string[],
): Promise<{ readonly position: number; readonly prompts: readonly string[] }> {
  const { words } = (await encodePrompt(prompt)).encoding;
  const position = positionOf(word, words);
  const { start, end, text: old } = words[position]!;
  const prompts = [prompt];
  for (const other of others) {
    const changed = prompt.slice(0, start) + other + prompt.slice(end);
    const { words: found } = (await encodePrompt(changed)).encoding;
    if (found.length !== words.length || found[position]!.text === old)
      throw new UsageError(`--by must be single words other than ${old}; got ${JSON.stringify(other)}`);
    prompts.push(changed);
  }
  return { position, prompts };
}

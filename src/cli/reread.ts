import { InputError, UsageError } from "../errors.js";
import { decodeMagnitudes } from "../explain/map-codec.js";
import { parseRegion, regionShares } from "../explain/region.js";
import type { Explanation } from "../explain/schema.js";
import { barStyle, shareBars } from "../figure/chart.js";
import { stepChart } from "../figure/step-chart.js";
import type { Io } from "./io.js";

/** What is asked of a document that was written before. */
export interface Question {
  readonly region: string | undefined;
  readonly "per-step": boolean;
  readonly json: boolean;
}

/** Width where the terminal does not tell its own. */
const COLUMNS = 80;

/**
 * Answers from a document alone which words supplied a region, and when words acted; nothing is drawn again. Throws
 * UsageError for a region outside the picture, InputError if the document holds too little.
 */
export function answer(document: Explanation, question: Question, { stdout, env }: Io): void {
  if (document.words.length === 0)
    throw new UsageError("the picture's prompt has no words; nothing can be ranked");
  const ranking = question.region === undefined ? undefined : rankWords(document, question.region);
  const steps = question["per-step"] ? stepsOf(document) : undefined;
  if (question.json) {
    const found = { ...(ranking && { region: ranking }), ...(steps && { steps }) };
    stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    return;
  }
  const width = stdout.columns ?? COLUMNS;
  const bars = barStyle(env);
  if (ranking !== undefined) {
    const rows = ranking.words.map(({ text, share }) => ({ name: text, share }));
    for (const line of shareBars(rows, width, { bars, colour: "none" })) stdout.write(`${line}\n`);
  }
  if (steps !== undefined) stdout.write(stepChart(document.words, steps, width, bars));
}

/** The words by their part of the prompt's content in a region, the largest first. */
function rankWords(document: Explanation, text: string) {
  const { settings, words, magnitudes } = document;
  const region = parseRegion(text, settings);
  if (magnitudes === undefined)
    throw new InputError(`this document has no "magnitudes" to rank words by; ${cure(document)}`);
  const maps = decodeMagnitudes(magnitudes, settings.height * settings.width);
  if (maps.length !== words.length)
    throw new InputError(
      `this document must have a map for each of ${words.length} words; got ${maps.length}`,
    );
  const shares = regionShares(maps, settings, region);
  const ranked = words
    .map(({ text: word }, index) => ({ word: index, text: word, share: shares[index]! }))
    .sort((a, b) => b.share - a.share || a.word - b.word);
  return { ...region, words: ranked };
}

function stepsOf(document: Explanation): NonNullable<Explanation["steps"]> {
  if (document.steps === undefined || document.steps.length === 0)
    throw new InputError(`this document has no "steps" that say when words acted; ${cure(document)}`);
  return document.steps;
}

const cure = ({ prompt, seed, settings, model }: Explanation): string =>
  `it is of an earlier version: make the picture again (pellucid generate ${JSON.stringify(prompt)} --seed ${seed} --steps ${settings.steps} --guidance ${settings.guidance} --model ${model.name})`;

import type { Explanation } from "../explain/schema.js";
import { barStyle, shareBars, wordChart } from "../figure/chart.js";
import type { AttributionDocument } from "../methods/document.js";
import { METHODS } from "../methods/methods.js";
import { missing } from "./attribution.js";
import { hasColor, type Io } from "./io.js";

/** Width where the terminal does not tell its own. */
const COLUMNS = 80;

/** Talks about a finished picture on stderr: its seed, a bar per word, what the parts add up to, warnings. */
export function showExplanation(explanation: Explanation, { stderr, env }: Io): void {
  const style = {
    bars: barStyle(env),
    colour: hasColor(stderr, env) ? "red" : "none",
  } as const;
  const { prompt, seed, warnings } = explanation;
  stderr.write(`"${prompt}", seed ${seed}\n${wordChart(explanation, stderr.columns ?? COLUMNS, style)}`);
  for (const { message } of warnings) stderr.write(`warning: ${message}\n`);
}

/** Talks about a method's attribution on stderr: a bar per word, and how complete it is. */
export function showAttribution(document: AttributionDocument, { stderr, env }: Io): void {
  const { prompt, seed, method, step, words, completeness } = document;
  const { title, completeness: whole } = METHODS[method];
  const what = step === null ? "" : `, step ${step}`;
  stderr.write(`"${prompt}", seed ${seed}${what}: ${title}\n`);
  const rows = words.map(({ text, share }) => ({ name: text, share }));
  const style = { bars: barStyle(env), colour: "none" } as const;
  for (const line of shareBars(rows, stderr.columns ?? COLUMNS, style)) stderr.write(`${line}\n`);
  if (completeness !== null) stderr.write(`sum of parts against ${whole}: off by ${missing(completeness)}\n`);
}

import type { Explanation } from "../explain/schema.js";
import { barStyle, wordChart } from "../figure/chart.js";
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

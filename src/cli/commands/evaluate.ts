import { fixedPrompts } from "../../data/prompts.js";
import { accountMetrics, accounts } from "../../evaluate/account.js";
import type { Metric } from "../../evaluate/interval.js";
import type { Explanation } from "../../explain/schema.js";
import { loadVocabulary, loadWordTable } from "../../files/assets.js";
import { loadModel } from "../../files/model.js";
import { DEFAULT_SAMPLING } from "../../generate/sampling.js";
import { promptEncoder } from "../../model/prompt-encoder.js";
import { devices, nodeCompiler } from "../../runtime/node.js";
import { version } from "../../version.js";
import { defineCommand } from "../command.js";
import { choice, flag, integer, number, required, text } from "../options.js";
import { progressBar, SILENT } from "../progress.js";

export const evaluate = defineCommand({
  positionals: {
    what: required(choice(["account"], "what to measure", undefined)),
    model: text("MODEL", "name of a bundled model, or a model's folder", "emoji"),
  },
  options: {
    count: integer(
      "K",
      "prompts of the grammar; prompt k is drawn with seed k",
      { min: 1, max: 10_000 },
      200,
    ),
    steps: integer("S", "sampling steps", { min: 1, max: 1000 }, DEFAULT_SAMPLING.steps),
    guidance: number("W", "classifier-free guidance weight; 1 is none", { min: 0, max: 100 }, 1),
    device: choice(devices, "where to compute", "cpu"),
    threads: integer("N", "threads; default: one per core", { min: 1, max: 256 }, undefined),
    json: flag("print the metrics as JSON"),
    quiet: flag("say nothing but errors", "q"),
  },
  examples: [
    {
      line: "pellucid evaluate account emoji --count 200",
      does: "do the parts add up, and do they redraw the picture?",
    },
  ],
  async run({ positionals, options }, io) {
    const model = loadModel(positionals.model);
    const { count, steps, guidance, device, threads, json, quiet } = options;
    const settings = { ...DEFAULT_SAMPLING, steps, guidance };
    const progress = quiet ? SILENT : progressBar(io, "explaining", count);
    const explanations: Explanation[] = [];
    try {
      const run = {
        model,
        encodePrompt: promptEncoder(model.config, { vocabulary: loadVocabulary(), words: loadWordTable() }),
        prompts: fixedPrompts(count).map(({ caption }) => caption),
        settings,
        compile: nodeCompiler({ device, threads }),
        signal: io.signal,
      };
      for await (const explanation of accounts(run)) {
        explanations.push(explanation);
        progress.update(explanations.length);
      }
    } finally {
      progress.end();
    }
    const metrics = accountMetrics(explanations);
    const made = { model: model.config.name, digest: model.digest, pellucid: version, device };
    const report = { metrics, settings: { ...made, ...settings, count } };
    io.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : table(metrics));
  },
});

/** One line per metric: name, value, 95 % interval, number of samples. */
function table(metrics: Readonly<Record<string, Metric>>): string {
  const lines = Object.entries(metrics).map(([name, { value, low, high, n }]) => {
    const interval = low === high ? "" : `  [${low.toPrecision(3)}, ${high.toPrecision(3)}]`;
    return `${name.padEnd(26)} ${value.toPrecision(3)}${interval}  n = ${n}\n`;
  });
  return lines.join("");
}

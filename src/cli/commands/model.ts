import { findModel } from "../../files/model.js";
import { modelSize } from "../../model/info.js";
import { defineCommand } from "../command.js";
import { choice, flag, required, text } from "../options.js";
import { modelReport } from "../reports/model.js";

export const model = defineCommand({
  positionals: {
    action: required(choice(["info"], "what to do", undefined)),
    model: text("MODEL", "name of a bundled model, or a model's folder; weights need not be there", "emoji"),
  },
  options: { json: flag("print sizes and settings as JSON") },
  examples: [
    { line: "pellucid model info bcos-x0", does: "parameters and arithmetic of the paper's main model" },
    { line: "pellucid model info runs/emoji/model --json", does: "the same of your own, as JSON" },
  ],
  async run({ positionals, options }, io) {
    const { config, hasWeights } = findModel(positionals.model);
    const { name, ...settings } = config;
    const info = { name, ...modelSize(config), hasWeights, settings };
    io.stdout.write(options.json ? `${JSON.stringify(info, null, 2)}\n` : modelReport(info));
  },
});

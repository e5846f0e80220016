import { exportModel } from "../../files/export.js";
import { loadModel } from "../../files/model.js";
import { contextLength } from "../../model/text-config.js";
import { defineCommand } from "../command.js";
import { integer, path, required, text } from "../options.js";

export const exportCommand = defineCommand({
  positionals: { model: required(text("MODEL", "name of a bundled model, or a model's folder", undefined)) },
  options: {
    out: required(path("DIR", "folder for denoise.onnx, explain.onnx and manifest.json", undefined)),
    tokens: integer(
      "K",
      "prompt tokens that the graphs take; default: the model's limit",
      { min: 1, max: 1000 },
      undefined,
    ),
  },
  examples: [{ line: "pellucid export emoji --out onnx", does: "ONNX files that any language can run" }],
  async run({ positionals, options }, io) {
    const model = loadModel(positionals.model);
    const tokens = options.tokens ?? contextLength(model.config.text);
    for (const path of exportModel(model, options.out, tokens)) io.stdout.write(`${path}\n`);
  },
});

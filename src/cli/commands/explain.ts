import { join } from "node:path";
import { MAX_SEED } from "../../diffusion/random.js";
import { UsageError } from "../../errors.js";
import { MAP_TREATMENTS } from "../../explain/map-treatment.js";
import { readDocument } from "../../files/document.js";
import { parametersPng } from "../../files/explained-png.js";
import { attributionFigure } from "../../files/figure.js";
import { loadModel } from "../../files/model.js";
import { openPromptEncoder } from "../../files/prompt-encoder.js";
import { checkOutputs, writeTogether } from "../../files/write.js";
import type { Drawing } from "../../generate/draw.js";
import { DEFAULT_SAMPLING } from "../../generate/sampling.js";
import { METHOD_NAMES } from "../../methods/methods.js";
import { devices, nodeCompiler } from "../../runtime/node.js";
import { explainBy, figureOf } from "../attribution.js";
import { defineCommand } from "../command.js";
import { choice, flag, integer, number, path, required, text, textWeights } from "../options.js";
import { answer } from "../reread.js";
import { showAttribution } from "../show.js";

export const explain = defineCommand({
  positionals: {
    prompt: required(
      text(
        "PROMPT",
        "the picture's prompt; with --region or --per-step, a file that generate wrote",
        undefined,
      ),
    ),
  },
  options: {
    region: text(
      "X,Y,W,H",
      "rank the words for a part of a picture, from its explanation.json or image.png",
      undefined,
    ),
    "per-step": flag("show when each word acted, from a picture's explanation.json or image.png"),
    method: choice(METHOD_NAMES, "how to say which word did what; default: contributions", undefined),
    form: choice(
      MAP_TREATMENTS,
      "maps as they are, as shares of each pixel, as what a share exceeds its average by, or as they are where a word leads; default: excess, or raw for one word",
      undefined,
    ),
    seed: integer("N", "seed of the picture", { min: 0, max: MAX_SEED }, 0),
    step: integer(
      "K",
      "explain the clean picture predicted at step K alone, 1 to --steps; default: the whole run",
      { min: 1, max: 1000 },
      undefined,
    ),
    steps: integer("S", "sampling steps", { min: 1, max: 1000 }, DEFAULT_SAMPLING.steps),
    guidance: number("W", "classifier-free guidance weight; 1 is none", { min: 0, max: 100 }, 1),
    model: text("MODEL", "name of a bundled model, or a model's folder", "emoji"),
    "text-weights": textWeights,
    out: path("DIR", "folder for the files; existing ones are replaced", "out"),
    json: flag("print the attribution as JSON, and nothing else, on stdout"),
    device: choice(devices, "where to compute", "cpu"),
    quiet: flag("say nothing but errors", "q"),
  },
  examples: [
    {
      line: 'pellucid explain "a penguin wearing a green hat" --seed 3 --method occlusion',
      does: "what changes when a word is masked, from the same seed",
    },
    {
      line: 'pellucid explain "a cat on a red background" --method integrated-gradients --step 10',
      does: "one step of the run: faster, and nothing later in the way",
    },
    {
      line: "pellucid explain out/explanation.json --region 16,0,32,24 --per-step",
      does: "who supplied this part of a picture that is there, and when? Draws nothing",
    },
  ],
  async run({ positionals: { prompt: wanted }, options }, io) {
    if (options.region !== undefined || options["per-step"]) {
      if (options.method !== undefined || options.step !== undefined)
        throw new UsageError(
          "--region and --per-step read what generate wrote; leave out --method and --step",
        );
      answer(readDocument(wanted), options, io);
      return;
    }
    const { method = "contributions", seed, step, steps, guidance, out, quiet } = options;
    if (step !== undefined && step > steps)
      throw new UsageError(`--step must be 1 to ${steps}, the number of --steps; got ${step}`);
    const names = { figure: `explanation.${method}.png`, document: `explanation.${method}.json` };
    checkOutputs(out, Object.values(names), "replace");
    const model = loadModel(options.model);
    const compile = nodeCompiler({ device: options.device });
    const encodePrompt = await openPromptEncoder(model.config, {
      textWeights: options["text-weights"],
      compile,
    });
    const prompt = await encodePrompt(wanted);
    const words = prompt.encoding.words.length;
    if (words === 0) throw new UsageError("PROMPT must have a word to explain; got none");
    const settings = { ...DEFAULT_SAMPLING, steps, guidance };
    const drawing: Drawing = { model, encodePrompt, prompt, settings, compile };
    const form = options.form ?? (words === 1 ? "raw" : "excess");
    const explained = await explainBy(drawing, { method, seed, step, form, quiet }, io);
    const figure = await attributionFigure(figureOf(explained));
    const { document } = explained;
    const json = new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`);
    const files = new Map([
      [join(out, names.figure), parametersPng(figure, document)],
      [join(out, names.document), json],
    ]);
    writeTogether(files, "replace");
    if (!quiet) showAttribution(document, io);
    if (options.json) io.stdout.write(new TextDecoder().decode(json));
    else for (const name of files.keys()) io.stdout.write(`${name}\n`);
  },
});

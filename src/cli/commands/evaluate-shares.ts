import { UsageError } from "../../errors.js";
import type { Metric } from "../../evaluate/interval.js";
import { type PictureShares, sourceShareMetrics, sourceShares } from "../../evaluate/source-shares.js";
import { type ShownShare, type ShownShares, sourceSharesDrawing } from "../../figure/source-shares.js";
import { rasterise } from "../../files/figure.js";
import { loadFont } from "../../files/font.js";
import { loadModel } from "../../files/model.js";
import { openPromptEncoder } from "../../files/prompt-encoder.js";
import { isExplainable } from "../../generate/networks.js";
import { DEFAULT_SAMPLING } from "../../generate/sampling.js";
import type { LoadedModel } from "../../model/loaded.js";
import { isClip } from "../../model/text-config.js";
import { nodeCompiler } from "../../runtime/node.js";
import { reusing } from "../../runtime/reuse.js";
import { version } from "../../version.js";
import { defineCommand } from "../command.js";
import { integer, path, paths } from "../options.js";
import { corpusPrompts } from "../paper/prompts.js";
import { checkPublication, present, publicationOptions } from "../paper/publish.js";
import { progressBar, SILENT } from "../progress.js";

const NAME = "shares";
/** A prompt's network and, under guidance, that of the empty prompt. */
const KEPT = 2;

/** A model with the shares of its pictures. */
interface Measured {
  readonly model: LoadedModel;
  readonly pictures: readonly PictureShares[];
  readonly metrics: Readonly<Record<string, Metric>>;
}

export const evaluateShares = defineCommand({
  positionals: { models: paths("MODEL...", "names of bundled models, or models' folders") },
  options: {
    count: integer("K", "prompts; default: 200, or all of --prompts", { min: 1, max: 10_000 }, undefined),
    prompts: path("FILE", "prompts, one a line; default: those of the grammar", undefined),
    ...publicationOptions(DEFAULT_SAMPLING.steps),
  },
  examples: [
    { line: "pellucid evaluate shares emoji --count 20", does: "how much of a picture is the prompt's?" },
    {
      line: "pellucid evaluate shares runs/x0/model runs/eps/model",
      does: "does a model that predicts noise leave more to noise and mean?",
    },
  ],
  async run({ positionals, options }, io) {
    const prompts = corpusPrompts(options.prompts, options.count);
    checkPublication(NAME, options.out);
    const models = positionals.models.map((name) => loadModel(name));
    checkNames(models);
    const { steps, guidance, device, threads, quiet } = options;
    const settings = { ...DEFAULT_SAMPLING, steps, guidance };
    const engine = nodeCompiler({ device, threads });
    const needsClip = models.some(({ config }) => isClip(config.text.vectors));
    const progress = quiet
      ? SILENT
      : progressBar(io, "explaining", models.length * prompts.length, "picture");
    const measured: Measured[] = [];
    try {
      for (const model of models) {
        const { compile, release } = reusing(engine, KEPT);
        const isRead = isClip(model.config.text.vectors) || !needsClip;
        const textWeights = isRead ? options["text-weights"] : undefined;
        const encodePrompt = await openPromptEncoder(model.config, { textWeights, compile: engine });
        const pictures: PictureShares[] = [];
        try {
          const run = { model, encodePrompt, prompts, settings, compile, signal: io.signal };
          for await (const shares of sourceShares(run)) {
            pictures.push(shares);
            progress.update(measured.length * prompts.length + pictures.length);
          }
        } finally {
          await release();
        }
        measured.push({ model, pictures, metrics: sourceShareMetrics(pictures) });
      }
    } finally {
      progress.end();
    }
    const title = `Where ${prompts.length} pictures of each model come from`;
    const used = measured.map(({ model }) => ({ name: model.config.name, digest: model.digest }));
    present(
      NAME,
      {
        metrics: Object.fromEntries(measured.flatMap(namedMetrics)),
        settings: { models: used, pellucid: version, device, ...settings, count: prompts.length },
        png: await rasterise(sourceSharesDrawing(title, measured.map(shownShares), NOTES, loadFont())),
        rows: [HEADER, ...measured.flatMap(rowsOf)],
        details: {
          pictures: Object.fromEntries(measured.map(({ model, pictures }) => [model.config.name, pictures])),
        },
      },
      options,
      io,
    );
  },
});

const HEADER = ["model", "prediction", "layers", "measure", "source", "share", "low", "high", "pictures"];

const NOTES = [
  "Shares are signed means over prompts with 95 % intervals (thin lines); the coloured bars of a model add up to 100 %. Mass is the sum over pixels and six channels, content what differs from grey. The scale is linear to 100 %, and logarithmic beyond.",
  "Black marks: what the sampler itself carries into the picture, past the network. Ordinary layers have biases, so that what their network supplies can't be divided.",
];

function checkNames(models: readonly LoadedModel[]): void {
  const names = models.map(({ config }) => config.name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated === undefined) return;
  throw new UsageError(
    `models must have different names; got ${JSON.stringify(repeated)} twice; change "name" in one's config.json`,
  );
}

const namedMetrics = ({ model, metrics }: Measured): [string, Metric][] =>
  Object.entries(metrics).map(([name, metric]) => [`${model.config.name}.${name}`, metric]);

function rowsOf({ model: { config }, metrics }: Measured): (string | number)[][] {
  return Object.entries(metrics).map(([name, { value, low, high, n }]) => {
    const dot = name.indexOf(".");
    const measure = [name.slice(0, dot), name.slice(dot + 1)];
    return [config.name, config.prediction, config.unet.layers.kind, ...measure, value, low, high, n];
  });
}

function shownShares({ model, metrics }: Measured): ShownShares {
  const { config } = model;
  const isDivided = isExplainable(model);
  const rows = (measure: string): ShownShare[] =>
    Object.entries(metrics).flatMap(([key, share]) => {
      const name = key.slice(measure.length + 1);
      if (!key.startsWith(`${measure}.`) || (isDivided && name.endsWith(".carried"))) return [];
      return [{ name, share, carried: metrics[`${key}.carried`]?.value }];
    });
  const predicts = { x0: "the clean picture", eps: "noise", "shifted-eps": "noise as the process adds it" };
  const layers = isDivided ? "B-cos layers" : "ordinary layers, no account";
  return {
    model: config.name,
    detail: `predicts ${predicts[config.prediction]}; ${layers}`,
    mass: rows("mass"),
    content: rows("content"),
  };
}

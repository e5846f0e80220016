import { rgbOf } from "../../diffusion/picture.js";
import { largestMetric, type Metric, meanMetric } from "../../evaluate/interval.js";
import { reconstruct } from "../../explain/reconstruction.js";
import { carriedNoise, withCarriedNoise, withNoisePart } from "../../explain/starting-noise.js";
import { formatError } from "../../figure/format.js";
import { REASONS } from "../../figure/pictures.js";
import type { SamplePanel } from "../../figure/samples.js";
import { tokenName } from "../../figure/token-chart.js";
import { type SamplingSettings, samplingSteps, seededNoise } from "../../generate/sampling.js";
import type { LoadedModel } from "../../model/loaded.js";
import type { Generated } from "../../pellucid.js";
import { defineCommand } from "../command.js";
import { text } from "../options.js";
import { publicationModel, publicationOptions, publish } from "../paper/publish.js";
import { drawSamples, relevanceMetrics, sampleFiles, seedOptions, seedsFrom } from "../paper/samples.js";

/** The paper draws both figures with 4 DDIM steps. */
const STEPS = 4;

/** Reconstructions of samples beside their token charts; `panelsOf` gives a sample's panels. */
function reconstructions(
  name: string,
  does: string,
  panelsOf: (
    made: Generated,
    run: { readonly model: LoadedModel; readonly settings: SamplingSettings },
  ) => SamplePanel[],
) {
  return defineCommand({
    positionals: publicationModel,
    options: {
      prompt: text("PROMPT", "what to draw", "a penguin with green hat"),
      ...seedOptions,
      ...publicationOptions(STEPS),
    },
    examples: [{ line: `pellucid evaluate ${name} emoji --seed 3`, does }],
    async run({ positionals, options }, io) {
      const { prompt, count } = options;
      await publish({ name, count }, positionals.model, options, io, async (run) => {
        const samples = await drawSamples(run, [prompt], seedsFrom(options));
        const shown = samples.map((made) => ({
          explanation: made.explanation,
          panels: panelsOf(made, run),
          marked: new Set<number>(),
        }));
        const settings = { prompt, seed: options.seed };
        return { metrics: reconstructionMetrics(samples), settings, ...(await sampleFiles(shown)) };
      });
    },
  });
}

export const figure2 = reconstructions(
  "figure2",
  "does the prompt's part, normalised, look like the picture?",
  (made) => [...samplePanels(made), normalisedPanel(made)],
);

export const figure5 = reconstructions(
  "figure5",
  "what does the prompt's part lack where a network predicts noise?",
  (made, run) => [...samplePanels(made), ...noisePanels(made, run)],
);

function samplePanels({ ledger, explanation }: Generated): SamplePanel[] {
  const { raw, mse } = reconstruct(ledger, explanation.model.prediction);
  return [
    { title: "Sample", detail: "", picture: rgbOf(ledger.image) },
    { title: "Reconstruction", detail: `Eq. 6, MSE ${formatError(mse)}`, picture: rgbOf(raw) },
  ];
}

function normalisedPanel({ ledger, explanation }: Generated): SamplePanel {
  const found = reconstruct(ledger, explanation.model.prediction);
  const title = "Normalised reconstruction";
  return found.normalised === null || found.normalisedMse === null
    ? { title, detail: "Eq. 7", picture: REASONS[found.undefinedReason ?? "vanishing-denominator"] }
    : { title, detail: `Eq. 7, MSE ${formatError(found.normalisedMse)}`, picture: found.normalised };
}

function noisePanels(
  { ledger, explanation }: Generated,
  { model, settings }: { readonly model: LoadedModel; readonly settings: SamplingSettings },
): SamplePanel[] {
  const { xT } = seededNoise(model.config, explanation.seed);
  const carried = carriedNoise(samplingSteps(model.config, settings));
  return [
    {
      title: "Reconstruction + x_T",
      detail: "x_T as the sampler carried it, brightness adjusted",
      picture:
        withCarriedNoise(ledger, xT, carried) ??
        "none: this sampler ends in the network's own picture, and carries nothing past it",
    },
    { title: "Reconstruction + noise", detail: "all that noise supplied", picture: withNoisePart(ledger) },
  ];
}

function reconstructionMetrics(samples: readonly Generated[]): Record<string, Metric> {
  const explanations = samples.map(({ explanation }) => explanation);
  const normalised = explanations.flatMap(({ reconstruction: { normalisedMse } }) =>
    normalisedMse === null ? [] : [normalisedMse],
  );
  const tokens = explanations[0]?.tokens ?? [];
  const relevances = tokens.flatMap((token, position) =>
    Object.entries(
      relevanceMetrics(
        `${position}.${tokenName(token)}`,
        explanations.map((explanation) => explanation.tokens[position]!.relevance),
      ),
    ),
  );
  return {
    "residual.max": largestMetric(explanations.map(({ residual }) => residual)),
    "reconstruction.rawMse": meanMetric(explanations.map(({ reconstruction }) => reconstruction.mse)),
    ...(normalised.length > 0 && { "reconstruction.mse": meanMetric(normalised) }),
    ...Object.fromEntries(relevances),
  };
}

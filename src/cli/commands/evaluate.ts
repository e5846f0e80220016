import { UsageError } from "../../errors.js";
import { METHOD_NAMES } from "../../methods/methods.js";
import { defineCommand } from "../command.js";
import { COMMANDS } from "../commands.js";
import { printMetrics } from "../metrics.js";
import { choice, integer, required, text } from "../options.js";
import { account } from "../reports/account.js";
import { deletion } from "../reports/deletion.js";
import { denoising } from "../reports/denoising.js";
import { faithfulness } from "../reports/faithfulness.js";
import { grid } from "../reports/grid.js";
import { localisation } from "../reports/localisation.js";
import { reportOptions, runReport } from "../reports/opening.js";
import { quality } from "../reports/quality.js";
import type { Report } from "../reports/report.js";
import { suggestion } from "../suggest.js";

const reports = {
  account,
  deletion,
  denoising,
  faithfulness,
  grid,
  localisation,
  quality,
} satisfies Record<string, Report>;
const names = [
  "account",
  "deletion",
  "denoising",
  "faithfulness",
  "grid",
  "localisation",
  "quality",
] as const satisfies readonly (keyof typeof reports)[];

/** Reports with options of their own, tables and figures: commands for themselves. */
const others = COMMANDS.flatMap(({ name }) =>
  name.startsWith("evaluate ") ? [name.slice("evaluate ".length)] : [],
);

const reportName = choice(names, "what to measure", undefined);

/** One of the reports; a word that is none is told of the others too. */
const what: typeof reportName = {
  ...reportName,
  read(given, name) {
    if (given === undefined || names.some((known) => known === given)) return reportName.read(given, name);
    const cure = suggestion(given, [...names, ...others]);
    throw new UsageError(
      `${name} must be ${names.join(" or ")}, or one with options of its own, ${others.join(" or ")}; got ${JSON.stringify(given)}${cure}`,
    );
  },
};

export const evaluate = defineCommand({
  positionals: {
    what: required(what),
    model: text("MODEL", "name of a bundled model, or a model's folder", "emoji"),
  },
  options: {
    count: integer(
      "K",
      "prompts, scenes, or mosaics of each size; default: 200 for account, deletion and grid, 256 for denoising, 100 for faithfulness, 400 for localisation, 2000 for quality",
      { min: 1, max: 10_000 },
      undefined,
    ),
    method: choice(
      METHOD_NAMES,
      "whose maps to measure, for localisation, grid and faithfulness; default: contributions",
      undefined,
    ),
    ...reportOptions,
  },
  examples: [
    {
      line: "pellucid evaluate account emoji --count 200",
      does: "do the parts add up, and do they redraw the picture?",
    },
    {
      line: "pellucid evaluate denoising emoji",
      does: "how well does it see through noise, and does it heed the object's name?",
    },
    {
      line: "pellucid evaluate localisation emoji --count 40 --json",
      does: "do words act where the things are that they name?",
    },
    {
      line: "pellucid evaluate localisation emoji --method attention --count 40",
      does: "the same of another method's maps, on the same scenes",
    },
    {
      line: "pellucid evaluate grid emoji --method occlusion --count 20",
      does: "do words point at their own cell of a mosaic?",
    },
    {
      line: "pellucid evaluate faithfulness emoji --method attention --count 20",
      does: "do a method's figures agree with what masking words does?",
    },
    {
      line: "pellucid evaluate deletion emoji",
      does: "do words get as much as deleting them changes?",
    },
    {
      line: "pellucid evaluate quality emoji --count 200",
      does: "how far are its pictures from real scenes, and how good are its accounts?",
    },
  ],
  async run({ positionals, options }, io) {
    const report = reports[positionals.what];
    if (options.method !== undefined && !report.takesMethod) {
      const takers = names.filter((name) => reports[name].takesMethod).join(" or ");
      throw new UsageError(`--method goes with ${takers}; got ${positionals.what}; leave it out`);
    }
    const { count = report.count, method = "contributions", json } = options;
    const given = { ...options, model: positionals.model, count };
    const { found: metrics, settings } = await runReport(given, report.doing, io, (run) =>
      report.metrics({ ...run, method }),
    );
    const made = report.takesMethod ? { ...settings, method } : settings;
    printMetrics({ metrics, settings: made }, json ? "json" : "table", io);
  },
});

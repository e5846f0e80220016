import { loadModelConfig } from "../../src/files/settings.js";
import { denoiseGraph } from "../../src/model/graphs.js";

// Prints name -> shape of a model's parameters as JSON, for checkpoints.py: tsx scripts/pytorch/parameters.ts CONFIG

const { parameters } = denoiseGraph(loadModelConfig(process.argv[2] ?? ""), 1, 1);
const network = parameters.filter(({ name }) => !name.startsWith("text."));
process.stdout.write(
  `${JSON.stringify(Object.fromEntries(network.map(({ name, shape }) => [name, shape])))}\n`,
);

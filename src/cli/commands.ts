import type { Command } from "./command.js";

/** A command by name, of one word or more ("data emoji"). It is loaded when it is called, so that the help needs no engine. */
export type CommandEntry = {
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  readonly load: () => Promise<Command>;
};

/** All commands, in the order of the help. Each is a file in commands/. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "generate",
    summary: "make a picture from a prompt, with an exact account of every pixel",
    load: async () => (await import("./commands/generate.js")).generate,
  },
  {
    name: "explain",
    summary: "explain a picture in other ways: another method, a region, step by step",
    load: async () => (await import("./commands/explain.js")).explain,
  },
  {
    name: "train",
    summary: "train a model, or continue to",
    load: async () => (await import("./commands/train.js")).train,
  },
  {
    name: "evaluate",
    summary: "measure how exact and how complete explanations are",
    load: async () => (await import("./commands/evaluate.js")).evaluate,
  },
  {
    name: "evaluate explanations",
    summary: "score explanations beside every other method's, in one HTML report",
    load: async () => (await import("./commands/evaluate-explanations.js")).evaluateExplanations,
  },
  {
    name: "evaluate neglect",
    summary: "tell words that pictures ignore, and how well that works",
    load: async () => (await import("./commands/evaluate-neglect.js")).evaluateNeglect,
  },
  {
    name: "evaluate until-aligned",
    summary: "what trying seeds until no word is ignored gains and costs",
    load: async () => (await import("./commands/evaluate-until-aligned.js")).evaluateUntilAligned,
  },
  {
    name: "evaluate tables",
    summary: "mean relevance of every token, as a table with intervals",
    load: async () => (await import("./commands/evaluate-tables.js")).evaluateTables,
  },
  {
    name: "evaluate shares",
    summary: "who supplied the pictures of several models: prompt, noise, time, mean",
    load: async () => (await import("./commands/evaluate-shares.js")).evaluateShares,
  },
  {
    name: "evaluate figure2",
    summary: "samples, their reconstructions and a chart of their tokens",
    load: async () => (await import("./commands/evaluate-reconstructions.js")).figure2,
  },
  {
    name: "evaluate figure3",
    summary: "a sample that lacks what a word names, and how little the word supplied",
    load: async () => (await import("./commands/evaluate-figure3.js")).figure3,
  },
  {
    name: "evaluate figure5",
    summary: "reconstructions with the starting noise put back",
    load: async () => (await import("./commands/evaluate-reconstructions.js")).figure5,
  },
  {
    name: "evaluate figure6",
    summary: "samples of one seed whose prompts differ in one word",
    load: async () => (await import("./commands/evaluate-figure6.js")).figure6,
  },
  {
    name: "distance",
    summary: "measure how far a folder of pictures is from real scenes",
    load: async () => (await import("./commands/distance.js")).distance,
  },
  {
    name: "data emoji",
    summary: "write training scenes with captions and masks, to look at",
    load: async () => (await import("./commands/data.js")).emoji,
  },
  {
    name: "data laion select",
    summary: "choose pairs from LAION's metadata by caption and similarity",
    load: async () => (await import("./commands/laion-select.js")).laionSelect,
  },
  {
    name: "data laion download",
    summary: "fetch the images of a selection into training shards",
    load: async () => (await import("./commands/laion-download.js")).laionDownload,
  },
  {
    name: "data pack",
    summary: "make training shards of pictures and captions of your own",
    load: async () => (await import("./commands/pack.js")).pack,
  },
  {
    name: "export",
    summary: "write a model as ONNX files that any language can run",
    load: async () => (await import("./commands/export.js")).exportCommand,
  },
  {
    name: "import",
    summary: "make a model of a PyTorch checkpoint or safetensors files",
    load: async () => (await import("./commands/import.js")).importCommand,
  },
  {
    name: "model",
    summary: "say how large a model is, and what its settings are",
    load: async () => (await import("./commands/model.js")).model,
  },
  {
    name: "version",
    summary: "print the version",
    load: async () => (await import("./commands/version.js")).version,
  },
];

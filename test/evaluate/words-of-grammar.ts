import { fixedPrompts } from "../../src/data/prompts.js";

/** Words that captions of training are made of. */
export const wordsOfGrammar: ReadonlySet<string> = new Set(
  fixedPrompts(2000).flatMap(({ words }) => words.map(({ text }) => text)),
);

import { readFileSync } from "node:fs";
import { loadVocabulary, loadWordTable } from "../../src/files/assets.js";
import { parseModelConfig } from "../../src/model/model-config.js";
import { promptEncoder } from "../../src/model/prompt-encoder.js";

/** Prints a prompt as `tokens` of an exported model takes it: npx tsx docs/examples/encode-prompt.ts onnx/manifest.json "a cat" */
const [manifest, prompt] = process.argv.slice(2);
const { digest: _digest, ...config } = JSON.parse(readFileSync(manifest!, "utf8")).model;
const encode = promptEncoder(parseModelConfig(config), {
  vocabulary: loadVocabulary(),
  words: loadWordTable(),
});
const { encoding, vectors } = await encode(prompt!);
console.log(
  JSON.stringify({ tokens: encoding.tokens.map(({ text }) => text), vectors: Array.from(vectors) }),
);

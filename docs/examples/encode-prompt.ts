import { readFileSync } from "node:fs";
import { nodeCompiler, openPromptEncoder, parseModelConfig } from "../../src/index.js";

/**
 * Prints a prompt as `tokens` of an exported model takes it, for models that read prompts with CLIP by its weights:
 * npx tsx docs/examples/encode-prompt.ts onnx/manifest.json "a cat" [TEXT_WEIGHTS]
 */
const [manifest, prompt, textWeights] = process.argv.slice(2);
const { digest: _digest, ...config } = JSON.parse(readFileSync(manifest!, "utf8")).model;
const encode = await openPromptEncoder(parseModelConfig(config), { textWeights, compile: nodeCompiler() });
const { tokens, tokenOf, vectors } = await encode(prompt!);
console.log(
  JSON.stringify({ tokens: tokenOf.map((token) => tokens[token]!.text), vectors: Array.from(vectors) }),
);

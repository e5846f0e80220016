import { InputError } from "../errors.js";
import { type Explanation, type Generation, parseExplanation } from "../explain/schema.js";
import { shortDigest } from "../figure/format.js";
import { formatParameters, PARAMETERS_KEYWORD, type Parameters } from "./parameters.js";
import { readText, withText } from "./png-text.js";

/** The keyword of the PNG text that holds the explanation document as JSON. */
export const EXPLANATION_KEYWORD = "explanation";

const SAMPLERS = { ddim: "DDIM", ancestral: "DDPM" } as const;

/** The parameters of a picture, by the names that other programs know. */
export function generationParameters({ prompt, seed, settings, model, pellucid }: Generation): Parameters {
  const { sampler, steps, spacing, last, eta, guidance, height, width } = settings;
  const values: Record<string, string | number> = {
    Steps: steps,
    Sampler: SAMPLERS[sampler],
    "CFG scale": guidance,
    Seed: seed,
    Size: `${width}x${height}`,
    "Model hash": shortDigest(model.digest),
    Model: model.name,
    Eta: eta,
    Spacing: spacing,
    "Last step": last,
    Version: `pellucid ${pellucid}`,
  };
  return { prompt, settings: new Map(Object.entries(values).map(([name, value]) => [name, String(value)])) };
}

/** A PNG file that carries how it was made. Throws InputError if the PNG is damaged or the prompt has characters that PNG can't hold. */
export function parametersPng(png: Uint8Array, generation: Generation): Uint8Array<ArrayBuffer> {
  return withText(png, { [PARAMETERS_KEYWORD]: formatParameters(generationParameters(generation)) });
}

/** A PNG file that carries how it was made and its explanation document. Throws InputError as `parametersPng`. */
export function explainedPng(png: Uint8Array, document: Explanation): Uint8Array<ArrayBuffer> {
  return withText(parametersPng(png, document), { [EXPLANATION_KEYWORD]: JSON.stringify(document) });
}

/** The explanation document in a PNG file. Throws InputError if the PNG is damaged or has none of this version. */
export function readExplanation(png: Uint8Array): Explanation {
  const text = readText(png).get(EXPLANATION_KEYWORD);
  if (text === undefined)
    throw new InputError("this PNG file has no explanation; choose one that pellucid wrote");
  return parseExplanation(parsedJson(text));
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError("the explanation in this PNG file is not JSON; generate the picture again");
  }
}

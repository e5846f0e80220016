import type { Check } from "./compare.js";
import { failedCheck } from "./compare.js";
import { checkDiffusion, isDiffusion } from "./diffusion.js";
import { checkLayers } from "./layers.js";
import { checkNetwork, isNetwork } from "./networks.js";
import { reasonOf } from "./reason.js";
import { parseReference } from "./reference-file.js";

/** Checks everything in a file of expected numbers; a damaged file is one failed check. */
export async function* checkFile(name: string, bytes: Uint8Array): AsyncGenerator<Check> {
  try {
    const file = parseReference(name, bytes);
    if (file.tensors.size === 0) yield failedCheck(name, "file", "it holds no tensors");
    if (isNetwork(file)) yield* checkNetwork(file);
    else if (isDiffusion(file)) yield* checkDiffusion(file);
    else yield* checkLayers(file);
  } catch (error) {
    yield failedCheck(name, "file", reasonOf(error));
  }
}

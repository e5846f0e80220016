import { InputError } from "../../src/errors.js";
import { input } from "../../src/graph/ops/constant.js";
import { collectParameters } from "../../src/model/weights.js";
import { isObject } from "../../src/safetensors/json.js";
import { type Check, checkGroup, failedCheck, TENSOR_LIMIT } from "./compare.js";
import { builders } from "./layer-builders.js";
import { kindOf } from "./layer-kinds.js";
import { compareModule, type Module } from "./module.js";
import { reasonOf } from "./reason.js";
import { namesUnder, type ReferenceFile, shapeOf } from "./reference-file.js";

/** Checks every layer of a file of single layers, one line each. */
export async function* checkLayers(file: ReferenceFile): AsyncGenerator<Check> {
  const described = Object.keys(file.spec).filter((name) => isObject(file.spec[name]));
  const held = [...file.tensors.keys()].map((name) => name.split("/")[0]!);
  for (const name of new Set([...described, ...held])) yield await checkLayer(file, name);
}

async function checkLayer(file: ReferenceFile, name: string): Promise<Check> {
  const where = `${file.name}/${name}`;
  const prefix = `${name}/`;
  const kinds = ["live_vjp", "frozen_vjp"].filter((kind) => namesUnder(file, `${prefix}${kind}/`).length > 0);
  const what = ["out", ...kinds].join(", ");
  try {
    const unknown = namesUnder(file, prefix).find(
      (tensor) => !/^(out|cotangent|(in|weight|live_vjp|frozen_vjp)\/.+)$/.test(tensor),
    );
    if (unknown !== undefined) throw new InputError(`tensor ${unknown} is of no known kind`);
    return checkGroup(where, what, await compareModule(file, prefix, layerOf(file, name)), TENSOR_LIMIT);
  } catch (error) {
    return failedCheck(where, what, reasonOf(error));
  }
}

function layerOf(file: ReferenceFile, name: string): Module {
  const prefix = `${name}/`;
  const inputs = new Map(
    namesUnder(file, `${prefix}in/`).map((key) => [key, input(key, shapeOf(file, `${prefix}in/${key}`))]),
  );
  const weights = new Map(
    namesUnder(file, `${prefix}weight/`).map((key) => [key, shapeOf(file, `${prefix}weight/${key}`)]),
  );
  const spec = file.spec[name];
  const kind = kindOf(name, weights, spec);
  if (kind === undefined) throw new InputError("neither the name nor the weights tell what layer this is");
  const { network, parameters } = collectParameters((parameters) =>
    builders[kind]({
      spec,
      parameters,
      weights,
      input: (key) => {
        const found = inputs.get(key);
        if (found === undefined) throw new InputError(`the layer has no input in/${key}`);
        return found;
      },
      has: (key) => inputs.has(key),
    }),
  );
  return { output: network, inputs, parameters };
}

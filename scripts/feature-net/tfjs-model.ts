import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** A weight as the package stores it: `value = (byte - zeroPoint) * scale`. */
export interface QuantisedWeight {
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** A node of a TensorFlow graph; strings in its attributes are base64. */
const node = z.object({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
  attr: z
    .object({
      strides: z.object({ list: z.object({ i: z.array(z.coerce.number()) }) }).optional(),
      padding: z.object({ s: z.string() }).optional(),
      fused_ops: z.object({ list: z.object({ s: z.array(z.string()).default([]) }) }).optional(),
    })
    .default({}),
});
export type GraphNode = z.infer<typeof node>;

const weight = z.object({
  name: z.string(),
  shape: z.array(z.number()),
  dtype: z.enum(["float32", "int32"]),
  quantization: z
    .object({ dtype: z.literal("uint8"), scale: z.number().positive(), min: z.number() })
    .optional(),
});

const layersModel = z.object({
  modelTopology: z.object({ node: z.array(node) }),
  weightsManifest: z.tuple([z.object({ weights: z.array(weight) })]),
});

const script = z.object({ default: z.unknown() });

export interface TfjsModel {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly weights: ReadonlyMap<string, QuantisedWeight>;
}

/** The graph and the quantised weights in a folder of nsfwjs, where each file is a script that exports JSON or base64. */
export function readTfjsModel(folder: URL): TfjsModel {
  const require = createRequire(import.meta.url);
  const exported = (name: string): unknown => {
    const value: unknown = require(fileURLToPath(new URL(name, folder)));
    const wrapped = script.safeParse(value);
    return wrapped.success ? wrapped.data.default : value;
  };
  const model = layersModel.parse(exported("model.min.js"));
  const shards = readdirSync(folder)
    .filter((name) => name.includes("shard"))
    .toSorted()
    .map((name) => Buffer.from(z.string().parse(exported(name)), "base64"));
  const bytes = Uint8Array.from(Buffer.concat(shards));

  const weights = new Map<string, QuantisedWeight>();
  let offset = 0;
  for (const { name, shape, quantization } of model.weightsManifest[0].weights) {
    const count = shape.reduce((product, size) => product * size, 1);
    const length = quantization === undefined ? 4 * count : count;
    if (quantization !== undefined) {
      const { scale, min } = quantization;
      const own = bytes.slice(offset, offset + length);
      weights.set(name, { shape, bytes: own, scale, zeroPoint: Math.round(-min / scale) });
    }
    offset += length;
  }
  if (offset !== bytes.length) throw new Error(`the shards hold ${bytes.length} bytes; expected ${offset}`);
  return { nodes: new Map(model.modelTopology.node.map((each) => [each.name, each])), weights };
}

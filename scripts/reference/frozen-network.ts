import type { FrozenNetwork } from "../../src/explain/ledger.js";
import { input } from "../../src/graph/ops/constant.js";
import type { UNetConfig } from "../../src/model/config.js";
import { type RowPlan, rowsThrough, sharesOf } from "../../src/model/graphs.js";
import { unet } from "../../src/model/unet.js";
import { collectParameters } from "../../src/model/weights.js";
import { lower } from "../../src/runtime/lower.js";
import { nodeCompiler } from "../../src/runtime/node.js";
import { type ReferenceFile, shapeOf, valuesOf } from "./reference-file.js";

/** A network compiled for explained sampling; `release` frees it. */
interface CompiledNetwork {
  readonly network: FrozenNetwork;
  release(): Promise<void>;
}

/** A U-Net in lockstep with rows through its frozen self, on the tokens of one tensor of the file. */
export async function compileFrozen(
  file: ReferenceFile,
  config: UNetConfig,
  tokensName: string,
  plan: RowPlan,
): Promise<CompiledNetwork> {
  const shape = shapeOf(file, "ddim/x_T");
  const [x, t] = [input("x", shape), input("t", [1])];
  const context = input("context", shapeOf(file, tokensName));
  const { network, parameters } = collectParameters((parameter) =>
    unet(config, parameter, { x, t, context: { tokens: context } }),
  );
  const rowsIn = input("rows", [plan.rows, ...shape.slice(1)]);
  const rowsOut = rowsThrough({ ...network, context }, x, rowsIn, sharesOf(plan));
  const float32 = (name: string) => Float32Array.from(valuesOf(file, name));
  const weights = new Map(parameters.map(({ name }) => [name, float32(`weight/${name}`)]));
  const executable = await nodeCompiler()(lower({ output: network.output, rowsOut }, weights));
  const tokens = float32(tokensName);
  return {
    async network(picture, rows, time) {
      const values = await executable.run({ x: picture, t: Float32Array.of(time), context: tokens, rows });
      return { output: values.output!, rows: values.rowsOut! };
    },
    release: () => executable.release(),
  };
}

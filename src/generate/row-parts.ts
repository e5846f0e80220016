import { sizeOf } from "../graph/shape.js";
import { belongsTo, explainGraph, explainPartGraph, type RowPlan, timed } from "../model/graphs.js";
import type { LoadedModel } from "../model/loaded.js";
import type { ModelConfig } from "../model/model-config.js";
import type { Compile } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import type { Compiled, PromptInputs } from "./networks.js";

/** What a network in lockstep with rows takes beside its prompt. */
export interface RowInputs {
  readonly x: Float32Array; // [6, H, W]
  readonly rows: Float32Array; // [R, 6, H, W]
  readonly t: Float32Array; // [1]
}

/** One call of the network and of its frozen self: `output` [6, H, W], `rowsOut` [R, 6, H, W]. */
export type RunRows = (
  inputs: RowInputs & Pick<PromptInputs, "tokens" | "mask">,
) => Promise<{ readonly output: Float32Array; readonly rowsOut: Float32Array }>;

/** Bytes that the activations of the rows that are run at once may take, about. */
const ROOM = 2 ** 31;

/** Activations of the first level that a row holds at its worst moment, in the hidden layer of a feed-forward network. */
const WORST = 20;

/** How many rows of a model's ledger are run at once. */
export function rowsAtOnce({ unet }: ModelConfig): number {
  const patches = (unet.imageSize / unet.patch) ** 2;
  return Math.max(1, Math.floor(ROOM / (4 * WORST * unet.modelChannels * patches)));
}

/**
 * Compiles a network in lockstep with the rows of a plan. More than `atOnce` rows are taken in parts, each of which runs the
 * network itself again; rows do not depend on each other, so that none differs by it but in rounding.
 */
export function compileRows(
  model: LoadedModel,
  plan: RowPlan,
  compile: Compile,
  atOnce: number = rowsAtOnce(model.config),
): Promise<Compiled<RunRows>> {
  return plan.rows <= atOnce
    ? compileWhole(model, plan, compile)
    : compileParts(model, plan, compile, atOnce);
}

async function compileWhole(model: LoadedModel, plan: RowPlan, compile: Compile): Promise<Compiled<RunRows>> {
  const executable = await compile(lower(explainGraph(model.config, plan).outputs, model.weights));
  return {
    async run(inputs) {
      const { output, rowsOut } = await executable.run({ ...inputs });
      return { output: output!, rowsOut: rowsOut! };
    },
    release: () => executable.release(),
  };
}

async function compileParts(
  model: LoadedModel,
  plan: RowPlan,
  compile: Compile,
  atOnce: number,
): Promise<Compiled<RunRows>> {
  const parts = Math.ceil(plan.rows / atOnce);
  const size = Math.ceil(plan.rows / parts); // rows of a part; the last one's may end with zeros
  const tokens = plan.tokenRows.length;
  const { outputs } = explainPartGraph(model.config, size, tokens);
  const executable = await compile(lower(outputs, model.weights));
  const [tokenShares, timeShares] = [belongsTo(plan), timed(plan)]; // [R, K], [R]
  const length = sizeOf(outputs.output.shape);
  return {
    async run({ rows, ...inputs }) {
      const rowsOut = new Float32Array(rows.length);
      let output: Float32Array = new Float32Array();
      for (let start = 0; start < plan.rows; start += size) {
        const part = (values: Float32Array, width: number): Float32Array => {
          const own = new Float32Array(size * width);
          own.set(values.subarray(start * width, (start + size) * width));
          return own;
        };
        const results = await executable.run({
          ...inputs,
          rows: part(rows, length),
          tokenShares: part(tokenShares, tokens),
          timeShares: part(timeShares, 1),
        });
        output = results.output!;
        const left = Math.min(size, plan.rows - start);
        rowsOut.set(results.rowsOut!.subarray(0, left * length), start * length);
      }
      return { output, rowsOut };
    },
    release: () => executable.release(),
  };
}

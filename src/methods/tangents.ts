import { applyMap } from "../diffusion/forward.js";
import { applyStep, checkOutput, drawNoise } from "../diffusion/sample.js";
import { throwIfCancelled } from "../errors.js";
import { type FrozenNetwork, guidedNetwork } from "../explain/ledger.js";
import { type Drawing, releaseAll } from "../generate/draw.js";
import { type Compiled, checkLayout, promptInputs } from "../generate/networks.js";
import { tangentGraph } from "../model/attribution-graphs.js";
import type { EncodedPrompt } from "../model/prompt-encoder.js";
import { lower } from "../runtime/lower.js";
import type { Subject } from "./method.js";

/** The network and its ordinary derivative along every row, in the ledger's form though no gate is frozen. */
type TangentNetwork = FrozenNetwork;

/** Derivatives of a run's picture along token vectors. */
export interface Tangents {
  /**
   * With every token's vector c_i multiplied by `strength`: d picture / d c_i along c_i, one row per token, [K, 6, H, W].
   * Throws UsageError for a prompt of another layout, CancelledError.
   */
  along(subject: Subject, strength: number): Promise<Float32Array>;
  release(): Promise<void>;
}

/** Derivatives for prompts laid out as the drawing's. */
export async function openTangents(drawing: Drawing): Promise<Tangents> {
  const { encodePrompt, prompt: layout, settings } = drawing;
  const conditional = await compileTangents(drawing, layout);
  const nothing = await encodePrompt("");
  const unconditional = settings.guidance === 1 ? undefined : await compileTangents(drawing, nothing);
  return {
    async along(subject, strength) {
      const own = conditional.run(subject.prompt, strength);
      const network =
        unconditional === undefined
          ? own
          : guidedNetwork(own, unconditional.run(nothing, 1), settings.guidance);
      return tangentsOfRun(network, subject);
    },
    release: () => releaseAll([conditional, unconditional]),
  };
}

/** r' = input r + output (dnet/dx r + dnet/dc_i c_i) at each step: the chain rule along the whole run, from r = 0. */
async function tangentsOfRun(
  network: TangentNetwork,
  { prompt, xT, steps, noise, signal }: Subject,
): Promise<Float32Array> {
  let x = xT;
  let rows = new Float32Array(prompt.tokens.length * x.length); // [K, 6, H, W]
  for (const step of steps) {
    throwIfCancelled(signal);
    const answer = await network(x, rows, step.t);
    checkOutput(answer.output, x.length, step.t);
    checkOutput(answer.rows, rows.length, step.t);
    x = applyStep(step, x, answer.output, drawNoise(step, noise, x.length));
    rows = Float32Array.from(applyMap({ ...step, mu: 0 }, rows, answer.rows));
  }
  return rows;
}

/** The tangent network with a row for each token of the drawing's prompt; one for the empty prompt gives them nothing. */
async function compileTangents(
  { model, prompt, compile }: Drawing,
  layout: EncodedPrompt,
): Promise<Compiled<(prompt: EncodedPrompt, strength: number) => TangentNetwork>> {
  const { count } = promptInputs(model, layout);
  // A masked token has no vector, whichever row it is given to.
  const tokenRows = Array.from({ length: count }, (_, row) => layout.tokenOf[row] ?? 0);
  const { outputs } = tangentGraph(model.config, { rows: prompt.tokens.length, tokenRows });
  const executable = await compile(lower(outputs, model.weights));
  return {
    run(own, strength) {
      checkLayout(own, layout);
      const { tokens, mask } = promptInputs(model, own);
      return async (x, rows, t) => {
        const { output, rowsOut } = await executable.run({
          x,
          rows,
          tokens,
          mask,
          t: Float32Array.of(t),
          strength: Float32Array.of(strength),
        });
        return { output: output!, rows: rowsOut! };
      };
    },
    release: () => executable.release(),
  };
}

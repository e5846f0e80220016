import { HALF_PROCESS, type Prediction } from "../../src/diffusion/forward.js";
import { alphaBars } from "../../src/diffusion/schedule.js";
import { ddimSteps } from "../../src/diffusion/steps.js";
import { InputError } from "../../src/errors.js";
import { explainSampling, type FrozenNetwork, guidedNetwork, type Ledger } from "../../src/explain/ledger.js";
import { rowOfKind, runSources } from "../../src/explain/sources.js";
import type { UNetConfig } from "../../src/model/config.js";
import { generatorOf, uniformFrom } from "../../src/random.js";
import { largest } from "./compare.js";
import { compileFrozen } from "./frozen-network.js";
import { type ReferenceFile, shapeOf, valuesOf } from "./reference-file.js";

/** What a run's name says: `S4_w3` is 4 steps with guidance 3. */
export interface RunSettings {
  readonly steps: number;
  readonly guidance: number;
}

/** A run that is ready to be sampled, any number of times. */
export interface Run {
  /** Samples with what `wrap` makes of the network. */
  sample(wrap: (network: FrozenNetwork) => FrozenNetwork): Promise<Ledger>;
  release(): Promise<void>;
}

/** Compiles the networks of a run; throws InputError if the file's settings don't describe one. */
export async function openRun(file: ReferenceFile, config: UNetConfig, settings: RunSettings): Promise<Run> {
  const shape = shapeOf(file, "ddim/x_T");
  const [batch, , height, width] = shape;
  if (shape.length !== 4 || batch !== 1) throw new InputError(`ddim/x_T must be one picture; got ${batch}`);
  const guided = settings.guidance !== 1;
  const sources = runSources(shapeOf(file, "ddim/context")[1]!, guided ? ["unconditional"] : []);
  const compile = (context: string, rowOfToken: (token: number) => number) => {
    const count = shapeOf(file, context)[1]!;
    const tokenRows = Array.from({ length: count }, (_, token) => rowOfToken(token));
    const timeRow = rowOfKind(sources, "time");
    return compileFrozen(file, config, context, { rows: sources.length, tokenRows, timeRow });
  };
  const emptyRow = rowOfKind(sources, "unconditional");
  const conditional = await compile("ddim/context", (token) => token);
  const unconditional = guided ? await compile("ddim/uncond", () => emptyRow) : conditional;
  const steps = ddimSteps({
    alphaBar: alphaBars(),
    steps: settings.steps,
    spacing: "leading",
    last: "first",
    prediction: predictionOf(file),
    eta: 0,
    ...HALF_PROCESS,
  });
  const xT = Float32Array.from(valuesOf(file, "ddim/x_T"));
  const plain = guidedNetwork(conditional.network, unconditional.network, settings.guidance);
  return {
    async sample(wrap) {
      let ledger: Ledger = {
        sources,
        rows: new Float32Array(),
        image: xT,
        size: { height: height!, width: width! },
      };
      for await (const { x, rows } of explainSampling({ network: wrap(plain), xT, sources, steps })) {
        ledger = { ...ledger, rows, image: x };
      }
      return ledger;
    },
    async release() {
      await conditional.release();
      if (guided) await unconditional.release();
    },
  };
}

/** The settings say what the network predicts, or the file's name does; the clean picture otherwise. */
function predictionOf({ spec, name }: ReferenceFile): Prediction {
  const said = spec.prediction ?? spec.parameterization ?? (/(^|_)eps(_|$)/.test(name) ? "eps" : "x0");
  if (said === "x0" || said === "eps") return said;
  throw new InputError(`settings: prediction must be x0 or eps; got ${JSON.stringify(said)}`);
}

/** A network whose every output is moved by at most `noise` of its largest value, by chance. */
export const disturbed =
  (noise: number, seed: number) =>
  (network: FrozenNetwork): FrozenNetwork => {
    const uniform = uniformFrom(generatorOf(seed));
    return async (x, rows, t) => {
      const answer = await network(x, rows, t);
      const reach = noise * largest(answer.output);
      return { ...answer, output: answer.output.map((value) => value + reach * (2 * uniform() - 1)) };
    };
  };

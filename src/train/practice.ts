import * as z from "zod";
import { pictureLength } from "../diffusion/picture.js";
import { applyStep } from "../diffusion/sample.js";
import { alphaBars } from "../diffusion/schedule.js";
import { type AffineStep, ddimSteps } from "../diffusion/steps.js";
import { denoiseGraph } from "../model/graphs.js";
import type { ModelConfig } from "../model/model-config.js";
import { contextLength } from "../model/text-config.js";
import { generatorOf, uniformFrom } from "../random.js";
import type { Compile } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import type { TrainedParameter } from "./state.js";
import { type Arrays, weightsOf } from "./step.js";

/** Pictures that the network draws itself while it is trained. */
export const practiceSchema = z
  .strictObject({
    /** How many of each batch. */
    pictures: z.int().nonnegative().default(0),
    /** Weight of how little the readers recognise there what the caption asks for. */
    weight: z.number().nonnegative().default(0),
  })
  .prefault({});
export type Practice = z.infer<typeof practiceSchema>;

/** Pictures of a batch that are practice: its last ones. */
export const practicePictures = ({ pictures, weight }: Practice): number => (weight === 0 ? 0 : pictures);

/** Steps from noise to a picture: fewer than sampling takes, for practice is to be cheap, and where it goes wrong is the same. */
const STEPS = 10;

/** The steps of DDIM that practice takes. */
export const practiceSteps = ({ process, schedule, prediction }: ModelConfig): AffineStep[] =>
  ddimSteps({
    ...process,
    prediction,
    alphaBar: alphaBars({ name: schedule }),
    steps: STEPS,
    spacing: "trailing",
    last: "one",
    eta: 0,
  });

/** The time step that the practice of batch `number` comes down to; never the first, where there is but noise. */
export function practiceTime(config: ModelConfig, seed: number, number: number): number {
  const steps = practiceSteps(config);
  const later = Math.floor(uniformFrom(generatorOf(seed, number, 5))() * (steps.length - 1));
  return steps[1 + later]!.t;
}

/** Draws the last pictures of a batch; `release` frees its session. */
export interface Rehearsal {
  /** The batch with its practice, noise until now, drawn down to its time step by the network as it stands. */
  draw(parameters: readonly TrainedParameter[], batch: Arrays): Promise<Arrays>;
  release(): Promise<void>;
}

/** A rehearsal of batches of which the last `count` pictures are practice. */
export async function openRehearsal(
  config: ModelConfig,
  count: number,
  compile: Compile,
): Promise<Rehearsal> {
  const slots = contextLength(config.text);
  const graph = denoiseGraph(config, count, slots);
  const executable = await compile(lower(graph.outputs));
  const steps = practiceSteps(config);
  const side = config.unet.imageSize;
  const size = count * pictureLength({ height: side, width: side });
  return {
    async draw(parameters, batch) {
      const last = (values: Float32Array) =>
        values.slice(values.length - (count * values.length) / batch.t!.length);
      const [tokens, mask, t] = [last(batch.tokens!), last(batch.mask!), last(batch.t!)];
      const weights = weightsOf(parameters);
      let x: Float32Array = last(batch.x!);
      for (const step of steps) {
        if (step.t <= t[0]!) break;
        const times = new Float32Array(count).fill(step.t);
        const { output } = await executable.run({ ...weights, x, t: times, tokens, mask });
        x = applyStep(step, x, output!, undefined);
      }
      const shown = Float32Array.from(batch.x!);
      shown.set(x, shown.length - size);
      return { ...batch, x: shown };
    },
    release: () => executable.release(),
  };
}

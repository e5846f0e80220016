import * as z from "zod";
import { pictureLength } from "../diffusion/picture.js";
import { applyStep } from "../diffusion/sample.js";
import { alphaBars } from "../diffusion/schedule.js";
import { type AffineStep, ddimSteps } from "../diffusion/steps.js";
import { input } from "../graph/ops/constant.js";
import type { Tensor } from "../graph/tensor.js";
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
    /** Weight of the squared error of practice that began with a scene; above 0, half of all does. */
    error: z.number().nonnegative().default(0),
  })
  .prefault({});
export type Practice = z.infer<typeof practiceSchema>;

/** Pictures of a batch that are practice: its last ones. */
export const practicePictures = ({ pictures, weight, error }: Practice): number =>
  weight === 0 && error === 0 ? 0 : pictures;

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

/** What decides how a run practises. */
export interface PracticeSettings {
  readonly model: ModelConfig;
  readonly seed: number;
  readonly practice: Practice;
}

/** Time steps between which practice is drawn: the first that the network is asked at, and the one that it comes down to. */
export interface PracticeSpan {
  readonly from: number;
  readonly to: number;
}

/** Up to this time step a scene can be told under its noise, so that what is drawn from there should be that scene again. */
const TOLD = 600;

/**
 * Where the practice of batch `number` begins and how far it comes down: from noise alone to any other step, or, in half of the
 * batches if errors of practice count, from its scene under noise.
 */
export function practiceSpan({ model, seed, practice }: PracticeSettings, number: number): PracticeSpan {
  const uniform = uniformFrom(generatorOf(seed, number, 5));
  const all = practiceSteps(model).map(({ t }) => t);
  const beginsWithScene = practice.error > 0 && uniform() < 0.5;
  const steps = beginsWithScene ? all.filter((t) => t < TOLD) : all;
  const first = beginsWithScene ? Math.floor(uniform() * (steps.length - 1)) : 0;
  const last = first + 1 + Math.floor(uniform() * (steps.length - 1 - first));
  return { from: steps[first]!, to: steps[last]! };
}

/** Whether practice began with its scene. */
export const beganWithScene = ({ from }: PracticeSpan): boolean => from < TOLD;

/** What a step takes beside where errors of practice count: the scenes of the P pictures, and 1 for those that began with theirs. */
export function rehearsalInputs({ shape }: Pick<Tensor, "shape">): { original: Tensor; kept: Tensor } {
  return { original: input("original", shape), kept: input("kept", [shape[0]!, 1, 1, 1]) };
}

/** Draws the last pictures of a batch; `release` frees its session. */
export interface Rehearsal {
  /** Batch `number` with its practice, untouched until now, drawn down to its time step by the network as it stands. */
  draw(parameters: readonly TrainedParameter[], batch: Arrays, number: number): Promise<Arrays>;
  release(): Promise<void>;
}

/** A rehearsal for batches of a run with practice. */
export async function openRehearsal(config: PracticeSettings, compile: Compile): Promise<Rehearsal> {
  const { model, practice } = config;
  const count = practicePictures(practice);
  const graph = denoiseGraph(model, count, contextLength(model.text));
  const executable = await compile(lower(graph.outputs));
  const steps = practiceSteps(model);
  const side = model.unet.imageSize;
  const size = count * pictureLength({ height: side, width: side });
  return {
    async draw(parameters, batch, number) {
      const last = (values: Float32Array) =>
        values.slice(values.length - (count * values.length) / batch.t!.length);
      const [tokens, mask] = [last(batch.tokens!), last(batch.mask!)];
      const { from, to } = practiceSpan(config, number);
      const weights = weightsOf(parameters);
      let x: Float32Array = last(batch.x!);
      for (const step of steps.filter(({ t }) => t <= from && t > to)) {
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

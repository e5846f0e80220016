import * as z from "zod";
import { OWN_COLOURS } from "../data/attributes.js";
import { SIZE } from "../data/canvas.js";
import { UsageError } from "../errors.js";
import { explain } from "../model/config.js";
import { modelSchema, parseModelConfig } from "../model/model-config.js";
import { emphasisSchema } from "./emphasis.js";
import { groundingSchema, isGrounded } from "./grounding.js";
import { timesSchema, weightingSchema } from "./noise-levels.js";
import { practicePictures, practiceSchema } from "./practice.js";

const positive = z.int().positive();
const fraction = z.number().min(0).max(1);

/** What is trained on. */
const dataSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("emoji"),
    /** Seed of the scenes. */
    seed: z.int().nonnegative().default(1),
    /** Mirror half of the scenes, with left and right exchanged in the caption. */
    flips: z.boolean().default(true),
    /** Part of the pictures that are mosaics of single things, under a joint caption. */
    mosaics: fraction.default(0),
    /** Part of the things that have a colour of their own drawings; the rest are given any vivid one. */
    ownColours: fraction.default(OWN_COLOURS),
    /** Part of the scenes whose thing is shown under noise in another colour than the caption, if that names one, and the target have. */
    miscoloured: fraction.default(0),
  }),
  z.strictObject({
    kind: z.literal("shards"),
    /** Folder, file or pattern of WebDataset shards. */
    path: z.string().min(1),
    /** Seed of the order. */
    seed: z.int().nonnegative().default(1),
    /** Pairs of which the next is drawn. */
    shuffle: positive.default(10_000),
    /** Shards that are read at a time. */
    readers: positive.default(4),
    /** Mirror half of the pictures; captions stay as they are. */
    flips: z.boolean().default(true),
  }),
]);

/** Settings of a training run; every default is visible here, and an unknown key is an error. */
const trainSchema = z.strictObject({
  model: modelSchema,
  data: dataSchema,
  /** Seed of starting weights, noise, time steps and caption dropout. */
  seed: z.int().nonnegative().default(0),
  /** Pictures that gradients are computed of at a time. */
  batch: positive.default(16),
  /** Such batches that a step computes one after another. */
  accumulate: positive.default(1),
  /** Copies of the network that each compute such batches, beside each other. */
  replicas: positive.default(1),
  /** What is computed a second time for the gradients, in order to be kept no longer: nothing, or the inside of blocks. */
  recompute: z.enum(["nothing", "blocks"]).default("nothing"),
  /** Steps that the learning-rate schedule is laid out for. */
  steps: positive,
  learningRate: z.number().positive(),
  /** Steps of linear warm-up. */
  warmup: z.int().nonnegative().default(100),
  /** Part of the run, at its end, over which the learning rate falls to zero along a cosine. */
  decay: fraction.default(0.5),
  /** AdamW for all, or Muon for the matrices between hidden layers and AdamW for the rest. */
  optimiser: z.enum(["adamw", "muon"]).default("adamw"),
  beta1: fraction.default(0.9),
  beta2: fraction.default(0.99),
  epsilon: z.number().positive().default(1e-8),
  weightDecay: z.number().nonnegative().default(0),
  /** Largest global norm of a gradient; null leaves gradients as they are. */
  clip: z.number().positive().nullable().default(1),
  /** Decay of the average of the weights that sampling uses. */
  ema: fraction.default(0.999),
  /** Part of the captions that are left out, so that guidance has an unconditional branch. */
  captionDropout: fraction.default(0.1),
  /** Scale of the classifier-free guidance that the network learns to draw with when it is sampled alone. */
  builtInGuidance: z.number().min(1).default(1),
  /** First time step at which it does: with less noise the picture is settled, and guidance would exaggerate it. */
  builtInGuidanceFrom: z.int().min(0).max(999).default(0),
  /** Last time step at which it does: with more noise the prompt is nearly all that there is, and has its say without. */
  builtInGuidanceTo: z.int().min(0).max(999).default(999),
  /** How often each time step is trained. */
  times: timesSchema.default({ kind: "uniform" }),
  /** How much errors count at each. */
  weighting: weightingSchema.default({ kind: "constant" }),
  /** What errors count in which part of the picture. */
  emphasis: emphasisSchema,
  /** Weight of the squares of what errors change by from pixel to pixel. */
  detail: z.number().nonnegative().default(0),
  /** Weight of how little two classifiers, the readers, recognise what the caption asks for. */
  recognition: z.number().nonnegative().default(0),
  /** First time step at which they are asked: with less noise predictions are recognised anyway. */
  recognitionFrom: z.int().min(0).max(999).default(0),
  /** What the network draws itself meanwhile, and is told of it. */
  practice: practiceSchema,
  /** Weight of how little predictions look drawn to a critic that learns beside the network. */
  realism: z.number().nonnegative().default(0),
  /** Name or folder of a model whose predictions are learnt instead of the pictures. */
  teacher: z.string().min(1).optional(),
  /** What is asked of a word's contribution beside the picture. */
  grounding: groundingSchema,
});

export type TrainConfig = z.infer<typeof trainSchema>;

/** Whether predictions are shown to the readers. */
export const isRead = ({
  recognition,
  realism,
  practice,
}: Pick<TrainConfig, "recognition" | "realism" | "practice">): boolean =>
  recognition > 0 || realism > 0 || practicePictures(practice) > 0;

/** Pictures of a batch that are from the data: all but its last ones, which are practice. */
export const shownCount = ({ batch, practice }: Pick<TrainConfig, "batch" | "practice">): number =>
  batch - practicePictures(practice);

/** Pictures that a step learns from. */
export const picturesPerStep = (config: Pick<TrainConfig, "batch" | "accumulate" | "replicas">): number =>
  config.batch * batchesPerStep(config);

/** Batches that a step's gradient is the mean of. */
export const batchesPerStep = ({
  accumulate,
  replicas,
}: Pick<TrainConfig, "accumulate" | "replicas">): number => accumulate * replicas;

/** What the optimiser needs to know, whatever it trains. */
export type OptimiserConfig = Pick<
  TrainConfig,
  | "seed"
  | "steps"
  | "learningRate"
  | "warmup"
  | "decay"
  | "beta1"
  | "beta2"
  | "epsilon"
  | "weightDecay"
  | "clip"
  | "optimiser"
  | "ema"
  | "accumulate"
  | "replicas"
>;

/** Checks the settings of a training run and fills in the defaults. Throws UsageError. */
export function parseTrainConfig(value: unknown): TrainConfig {
  const result = trainSchema.safeParse(value);
  if (!result.success) throw new UsageError(`training settings: ${explain(result.error)}`);
  const model = parseModelConfig(result.data.model);
  if (result.data.builtInGuidance > 1 && result.data.captionDropout === 0) {
    throw new UsageError(
      "training settings: builtInGuidance takes a network that knows pictures without captions; set captionDropout above 0, 0.1 for instance",
    );
  }
  if (result.data.teacher !== undefined && result.data.builtInGuidance > 1) {
    throw new UsageError(
      "training settings: a teacher's predictions have its own guidance in them; got teacher and builtInGuidance, leave one out",
    );
  }
  const { builtInGuidanceFrom: from, builtInGuidanceTo: to } = result.data;
  if (from > to) {
    throw new UsageError(
      `training settings: builtInGuidanceFrom must be at most builtInGuidanceTo; got ${from} and ${to}; exchange them`,
    );
  }
  if (shownCount(result.data) < 1) {
    throw new UsageError(
      `training settings: practice.pictures must be fewer than batch, ${result.data.batch}; got ${result.data.practice.pictures}`,
    );
  }
  const asks = { ...result.data, practice: practicePictures(result.data.practice) };
  for (const key of ["recognition", "realism", "practice"] as const) {
    if (asks[key] === 0 || model.prediction === "x0") continue;
    throw new UsageError(
      `training settings: ${key} takes a network that predicts the picture; got prediction "${model.prediction}", leave ${key} out or set "x0"`,
    );
  }
  if (result.data.data.kind === "shards") checkMaskless(result.data);
  else if (model.unet.imageSize !== SIZE) {
    throw new UsageError(
      `training settings: model.unet.imageSize must be ${SIZE}, the side of the scenes; got ${model.unet.imageSize}`,
    );
  }
  return { ...result.data, model };
}

/** Throws UsageError if settings ask for what takes knowledge of the things in a picture. */
function checkMaskless({
  emphasis,
  grounding,
  recognition,
  realism,
  practice,
}: Pick<TrainConfig, "emphasis" | "grounding" | "recognition" | "realism" | "practice">): void {
  const [asked] = [
    ...(emphasis.object !== 1 || emphasis.hat !== 1 ? ["emphasis"] : []),
    ...(isGrounded(grounding) ? ["grounding"] : []),
    ...(recognition > 0 ? ["recognition"] : []),
    ...(realism > 0 ? ["realism"] : []),
    ...(practicePictures(practice) > 0 ? ["practice"] : []),
  ];
  if (asked === undefined) return;
  throw new UsageError(
    `training settings: ${asked} takes masks and names of the things in a picture, and pictures in shards have none; leave ${asked} out, or train on data of kind "emoji"`,
  );
}

/** Learning rate of a step (from 1): linear warm-up, constant, then a half cosine to zero. */
export function learningRateAt(
  step: number,
  config: Pick<OptimiserConfig, "steps" | "learningRate" | "warmup" | "decay">,
): number {
  const warm = Math.min(1, step / Math.max(1, config.warmup));
  const left = (config.steps - step) / Math.max(1, config.decay * config.steps);
  const fall = left >= 1 ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * Math.max(0, left));
  return config.learningRate * Math.min(warm, fall);
}

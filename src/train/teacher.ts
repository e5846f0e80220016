import { UsageError } from "../errors.js";
import { denoiseGraph } from "../model/graphs.js";
import type { LoadedModel } from "../model/loaded.js";
import type { ModelConfig } from "../model/model-config.js";
import { contextLength } from "../model/text-config.js";
import type { Compile } from "../runtime/executable.js";
import { lower } from "../runtime/lower.js";
import { shownCount, type TrainConfig } from "./config.js";
import type { Arrays } from "./step.js";

/** A finished network whose predictions a run learns instead of the pictures; `release` frees its session. */
export interface Teacher {
  /** The batch with what it predicts of the pictures shown as their `target` [S, 6, H, W]. */
  correct(batch: Arrays): Promise<Arrays>;
  release(): Promise<void>;
}

/**
 * A teacher for batches of a run (knowledge distillation, Hinton et al. 2015; of a network of the same kind, Furlanello et al. 2018).
 *
 * A picture under noise leaves open what it was; what the teacher says of it does not. So errors tell what has changed beside the
 * teacher, and nothing else: a network that starts as its copy stays where it is until another term moves it.
 */
export async function openTeacher(
  config: Pick<TrainConfig, "batch" | "practice">,
  { config: model, weights }: LoadedModel,
  compile: Compile,
): Promise<Teacher> {
  const count = shownCount(config);
  const executable = await compile(
    lower(denoiseGraph(model, count, contextLength(model.text)).outputs, weights),
  );
  return {
    async correct(batch) {
      const first = (name: "x" | "t" | "tokens" | "mask") => {
        const values = batch[name]!;
        return values.slice(0, (count * values.length) / batch.t!.length);
      };
      const { output } = await executable.run({
        x: first("x"),
        t: first("t"),
        tokens: first("tokens"),
        mask: first("mask"),
      });
      return { ...batch, target: output! };
    },
    release: () => executable.release(),
  };
}

/** Throws UsageError unless the teacher sees what the pupil sees and predicts what it predicts; its layers may be others. */
export function checkTeacher(pupil: ModelConfig, teacher: ModelConfig): void {
  const kept = (config: ModelConfig) => ({
    prediction: config.prediction,
    schedule: config.schedule,
    process: config.process,
    text: config.text,
    unet: { imageSize: config.unet.imageSize, channels: config.unet.channels },
  });
  const [own, other] = [kept(pupil), kept(teacher)];
  for (const key of ["prediction", "schedule", "process", "text", "unet"] as const) {
    const [wanted, got] = [JSON.stringify(own[key]), JSON.stringify(other[key])];
    if (wanted === got) continue;
    throw new UsageError(
      `a teacher must see and predict what the model does; its ${key} is ${brief(got)}, the model's ${brief(wanted)}; choose another teacher, or set model.${key} as it has it`,
    );
  }
}

const brief = (json: string): string => (json.length > 60 ? `${json.slice(0, 60)}...` : json);

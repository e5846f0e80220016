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
  /**
   * The batch with what it predicts of the pictures shown as their `target` [S, 6, H, W], and, where errors of practice count, of
   * the P that the pupil drew itself as their `original`, all of them `kept`. Of what is miscoloured it sees what it should be.
   */
  correct(batch: Arrays): Promise<Arrays>;
  release(): Promise<void>;
}

/**
 * A teacher for batches of a run (knowledge distillation, Hinton et al. 2015; of a network of the same kind, Furlanello et al. 2018).
 *
 * A picture under noise leaves open what it was; what the teacher says of it does not. So errors tell what has changed beside the
 * teacher, and nothing else: a network that starts as its copy stays where it is until another term moves it. Small changes add up
 * while a picture is drawn; where they lead the pupil, practice asks the teacher too (Ross et al. 2011, DAgger).
 */
export async function openTeacher(
  config: Pick<TrainConfig, "batch" | "practice">,
  { config: model, weights }: LoadedModel,
  compile: Compile,
): Promise<Teacher> {
  const { batch: count, practice } = config;
  const shown = shownCount(config);
  const { outputs } = denoiseGraph(model, count, contextLength(model.text));
  const executable = await compile(lower(outputs, weights));
  return {
    async correct({ taught, ...batch }) {
      const x = Float32Array.from(batch.x!);
      if (taught !== undefined) x.set(taught);
      const { output } = await executable.run({
        x,
        t: batch.t!,
        tokens: batch.tokens!,
        mask: batch.mask!,
      });
      const target = output!.slice(0, (shown * output!.length) / count);
      if (shown === count || practice.error === 0) return { ...batch, target };
      const original = output!.slice(target.length);
      return { ...batch, target, original, kept: new Float32Array(count - shown).fill(1) };
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

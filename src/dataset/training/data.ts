import type { Readers } from "../../classifier/readers.js";
import { fixedPrompts } from "../../data/prompts.js";
import { loadVocabulary } from "../../files/assets.js";
import { loadReaders } from "../../files/classifier.js";
import { loadSprites } from "../../files/sprites.js";
import { isRead, type TrainConfig } from "../../train/config.js";
import { composedExamples, type ExampleSource } from "../../train/examples.js";
import { shardExamples } from "./shard-examples.js";
import { indexShards } from "./shard-index.js";

/** What a run is trained on. */
export interface TrainingData {
  readonly examples: ExampleSource;
  /** Captions to draw samples of, always the same. */
  readonly prompts: (count: number) => Promise<readonly string[]>;
  /** Stands for data in files: a run goes on only with the same. Undefined for scenes, which follow from the settings. */
  readonly digest: string | undefined;
  /** Pairs in files; undefined for scenes, which never end. */
  readonly pairs: number | undefined;
  /** The networks that recognition and realism ask; undefined where neither has a weight. */
  readonly readers: Readers | undefined;
}

/** Opens the data that settings name. Throws InputError if shards are missing, damaged or of another picture size. */
export async function openTrainingData(config: TrainConfig): Promise<TrainingData> {
  const { data, model } = config;
  if (data.kind === "emoji") {
    return {
      examples: composedExamples(loadSprites(), data),
      prompts: async (count) => fixedPrompts(count).map(({ caption }) => caption),
      digest: undefined,
      pairs: undefined,
      readers: isRead(config) ? loadReaders() : undefined,
    };
  }
  const index = await indexShards(data.path);
  const examples = shardExamples(index, {
    ...data,
    imageSize: model.unet.imageSize,
    vocabulary: loadVocabulary(),
    maxTokens: model.text.maxTokens,
  });
  await examples(0, false); // shards of another picture size are found before anything else is done
  return {
    examples,
    prompts: async (count) => {
      const shown = Array.from({ length: Math.min(count, index.pairs) }, (_, i) => examples(i, false));
      return (await Promise.all(shown)).map(({ caption }) => caption);
    },
    digest: index.digest,
    pairs: index.pairs,
    readers: undefined,
  };
}

import { classifier } from "../classifier/classify.js";
import { SIZE } from "../data/canvas.js";
import { InputError } from "../errors.js";
import type { See } from "../evaluate/neglect/evaluate.js";
import { loadClassifier } from "../files/classifier.js";
import { toPixels } from "../files/picture-grid.js";
import type { LoadedModel } from "../model/loaded.js";
import type { Compile } from "../runtime/executable.js";

/** Sees by the classifier that ships with the package what a model's pictures show; `release` frees its session. */
export interface Judge {
  readonly see: See;
  readonly release: () => Promise<void>;
}

/** Throws InputError for a model of pictures that the classifier never saw. */
export function checkJudged({ config }: LoadedModel): void {
  const { imageSize } = config.unet;
  if (imageSize !== SIZE)
    throw new InputError(
      `the classifier tells what pictures of ${SIZE}x${SIZE} show; model ${config.name} makes them ${imageSize}x${imageSize}`,
    );
}

/** Throws InputError as `checkJudged`, or if the classifier's file can't be read. */
export async function openJudge(model: LoadedModel, compile: Compile): Promise<Judge> {
  checkJudged(model);
  const { classify, release } = await classifier(loadClassifier(), compile);
  return {
    see: (pictures) => classify(pictures.map((picture) => toPixels(picture, SIZE).data)),
    release,
  };
}

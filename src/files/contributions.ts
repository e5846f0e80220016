import type { Ledger } from "../explain/ledger.js";
import { sourceName } from "../explain/sources.js";
import { formatShape } from "../graph/shape.js";
import { fromFloat32 } from "../safetensors/convert.js";
import type { TensorView } from "../safetensors/types.js";
import { writeSafetensors } from "../safetensors/write.js";
import { version } from "../version.js";

/** `image` [6, H, W] and `contributions` [S, 6, H, W] as safetensors; `sources` in the metadata names the rows. */
export function contributionsFile({ sources, rows, image, size }: Ledger, prompt: string): Uint8Array {
  const picture = [6, size.height, size.width];
  const contributions = [sources.length, ...picture];
  const tensors = new Map<string, TensorView>([
    ["image", fromFloat32(image, picture, "F32")],
    ["contributions", fromFloat32(rows, contributions, "F32")],
  ]);
  return writeSafetensors(tensors, {
    producer: `pellucid ${version}`,
    prompt,
    shape: formatShape(contributions),
    sources: JSON.stringify(sources.map(sourceName)),
  });
}

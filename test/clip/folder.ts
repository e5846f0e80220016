import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredTensor } from "../../src/safetensors/stored.js";
import type { TensorView } from "../../src/safetensors/types.js";
import { writeSafetensors } from "../../src/safetensors/write.js";
import { newFolder } from "../files/model-folder.js";
import { openClip } from "./small.js";

/** Writes tensors as one safetensors file. */
export async function writeTensors(path: string, tensors: ReadonlyMap<string, StoredTensor>): Promise<void> {
  const views = new Map<string, TensorView>();
  for (const [name, { dtype, shape, read }] of tensors)
    views.set(name, { dtype, shape, bytes: await read() });
  writeFileSync(path, writeSafetensors(views));
}

/** A folder with the small CLIP of small.ts, in a file of this name. */
export async function clipFolder(name = "model.safetensors"): Promise<string> {
  const folder = newFolder();
  await writeTensors(join(folder, name), openClip);
  return folder;
}

import { dirname, resolve } from "node:path";
import * as z from "zod";
import { InputError } from "../../errors.js";
import { parseFile, parseJson } from "../../files/read.js";
import { ImageFailure } from "../image-failure.js";
import type { PackEntry } from "./entry.js";

const fileSchema = z.object({ images: z.array(z.unknown()), annotations: z.array(z.unknown()) });
const id = z.union([z.number(), z.string()]);
const imageSchema = z.object({ id, file_name: z.string().min(1) });
const annotationSchema = z.object({ image_id: id, caption: z.string() });

/**
 * The pairs of a captions file as COCO's (Lin et al. 2014): one for each annotation. File names are relative to `images`,
 * or to the file's folder. Throws InputError if it is none.
 */
export function cocoEntries(path: string, images: string | undefined): PackEntry[] {
  const file = parseFile(path, (bytes) => {
    const result = fileSchema.safeParse(parseJson(bytes));
    if (result.success) return result.data;
    throw new InputError(
      'it must have lists "images" and "annotations", as COCO\'s captions; give another file',
    );
  });
  const names = new Map<string | number, string>();
  for (const image of file.images) {
    const { data } = imageSchema.safeParse(image);
    if (data !== undefined) names.set(data.id, data.file_name);
  }
  return file.annotations.map((annotation, i) => {
    const where = `${path} annotation ${i}`;
    const { data } = annotationSchema.safeParse(annotation);
    if (data === undefined) {
      return { where, pair: new ImageFailure("no caption", "it needs an image_id and a caption in text") };
    }
    const name = names.get(data.image_id);
    if (name === undefined) {
      return { where, pair: new ImageFailure("not in the file", `no image has id ${data.image_id}`) };
    }
    const image = { path: resolve(images ?? dirname(path), name) };
    return { where, pair: { image, caption: { text: data.caption } } };
  });
}

import { existsSync, statSync } from "node:fs";
import { glob } from "tinyglobby";
import { InputError } from "../../errors.js";
import { ImageFailure } from "../image-failure.js";
import { indexTar } from "../tar-index.js";
import { IMAGE_ENDINGS, type ShardSample, samplesOf } from "../webdataset.js";
import { cocoEntries } from "./coco.js";
import { csvEntries, type PairColumns } from "./csv.js";
import type { CaptionSource, PackEntry } from "./entry.js";

export interface PackInputs {
  /** Files, folders and patterns. */
  readonly inputs: readonly string[];
  /** Where file names in tables begin; undefined for the table's own folder. */
  readonly images: string | undefined;
  readonly columns: PairColumns;
}

/** All pairs that the inputs name, in their order: always the same list. Throws InputError if an input is none. */
export async function listEntries({ inputs, images, columns }: PackInputs): Promise<PackEntry[]> {
  const listed: PackEntry[] = [];
  for (const input of inputs) {
    for (const path of await filesOf(input)) {
      const entries = entriesOf(path, images, columns);
      for (const entry of entries) listed.push(entry);
    }
  }
  return listed;
}

function entriesOf(path: string, images: string | undefined, columns: PairColumns): PackEntry[] {
  if (/\.tar$/i.test(path)) return tarEntries(path);
  if (/\.json$/i.test(path)) return cocoEntries(path, images);
  if (/\.csv$/i.test(path)) return csvEntries(path, columns, images);
  if (IMAGE.test(path)) return [besideEntry(path)];
  throw new InputError(`${path} must be a folder, a .tar, .json or .csv file, or an image; give another`);
}

const IMAGE = new RegExp(`\\.(${IMAGE_ENDINGS.join("|")})$`, "i");

/** The files that an input stands for: of a folder the shards in it, or else all images, at any depth. */
async function filesOf(input: string): Promise<string[]> {
  const status = statSync(input, { throwIfNoEntry: false });
  if (status?.isFile()) return [input];
  const found = status?.isDirectory()
    ? await glob("**/*", { cwd: input, absolute: true })
    : await glob(input, { absolute: true });
  const tars = status?.isDirectory() ? found.filter((path) => /\.tar$/i.test(path)) : [];
  const wanted = tars.length > 0 || !status?.isDirectory() ? tars : found.filter((path) => IMAGE.test(path));
  const files = status?.isDirectory() ? wanted : found;
  if (files.length > 0) return files.sort();
  throw new InputError(
    status?.isDirectory()
      ? `${input} must hold shards (.tar) or images; there are none; give its .json or .csv file, or another folder`
      : `there is no file ${input}; check the path`,
  );
}

/** An image with its caption in a .txt file of the same name. */
function besideEntry(path: string): PackEntry {
  const text = path.replace(IMAGE, ".txt");
  if (!existsSync(text)) return { where: path, pair: new ImageFailure("no caption", `there is no ${text}`) };
  return { where: path, pair: { image: { path }, caption: { file: { path: text } } } };
}

function tarEntries(path: string): PackEntry[] {
  const { files, damage } = indexTar(path);
  const entries = samplesOf(files).map((sample) => sampleEntry(path, sample));
  if (damage !== undefined) entries.push({ where: path, pair: new ImageFailure("unreadable", damage) });
  return entries;
}

function sampleEntry(path: string, { key, image, text, json }: ShardSample): PackEntry {
  const first = image ?? text ?? json;
  const where = `${path} ${key} (byte ${first?.begin ?? 0})`;
  const located = ({ begin, size }: { begin: number; size: number }) =>
    ({ path, part: [begin, begin + size] }) as const;
  if (image === undefined)
    return { where, pair: new ImageFailure("no image", `no ${IMAGE_ENDINGS.join(", ")}`) };
  const caption: CaptionSource | undefined =
    text !== undefined ? { file: located(text) } : json !== undefined ? { json: located(json) } : undefined;
  if (caption === undefined) return { where, pair: new ImageFailure("no caption", "no txt or json") };
  return { where, pair: { image: located(image), caption } };
}

import { type FileHandle, open } from "node:fs/promises";
import { fileError } from "./file-error.js";
import { checkTarget, discard, type Existing, renameTogether, stage, writeSynced } from "./write.js";

/** A file whose bytes are made one piece after the other. */
export interface StreamedFile {
  readonly path: string;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/**
 * Writes one large file piece by piece, and small ones with it (path -> bytes): all under temporary names first, then
 * renamed. If a piece can't be made or written, no file appears and no old one is touched.
 * Throws InputError as `writeTogether`, and whatever making a piece throws.
 */
export async function writeStreamed(
  { path, pieces }: StreamedFile,
  beside: ReadonlyMap<string, Uint8Array>,
  existing: Existing,
): Promise<void> {
  for (const target of [path, ...beside.keys()]) checkTarget(target, existing);
  const staged = [stage(path)];
  try {
    await writePieces(staged[0]!.temporary, path, pieces);
    for (const [target, bytes] of beside) {
      staged.push(stage(target));
      writeSynced(staged.at(-1)!, bytes);
    }
    renameTogether(staged);
  } catch (error) {
    discard(staged);
    throw error;
  }
}

async function writePieces(
  temporary: string,
  path: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  const asFileError = (error: unknown): never => {
    throw fileError("write", path, error);
  };
  const file = await open(temporary, "wx").catch(asFileError);
  try {
    for await (const piece of pieces) await writeAll(file, piece).catch(asFileError);
    await file.sync().catch(asFileError);
  } finally {
    await file.close();
  }
}

/** One call of the system may write less than it was given. */
async function writeAll(file: FileHandle, piece: Uint8Array): Promise<void> {
  let written = 0;
  while (written < piece.length) {
    const { bytesWritten } = await file.write(piece, written, Math.min(piece.length - written, MAX_WRITE));
    written += bytesWritten;
  }
}

/** No system takes more than 2 GiB at once. */
const MAX_WRITE = 2 ** 30;

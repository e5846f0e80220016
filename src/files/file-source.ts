import { type FileHandle, open } from "node:fs/promises";
import { type ByteSource, checkRange } from "../byte-source.js";
import { InputError } from "../errors.js";
import { fileError } from "./file-error.js";

/** An open file; `close` frees it. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** No system gives more than 2 GiB at once. */
const MAX_READ = 2 ** 30;

/** Opens a file of any size to be read by position. Throws InputError if it can't be read or is no plain file. */
export async function openFileSource(path: string): Promise<FileSource> {
  const asFileError = (error: unknown): never => {
    throw fileError("read", path, error);
  };
  const file = await open(path, "r").catch(asFileError);
  try {
    const status = await file.stat();
    if (!status.isFile()) {
      throw new InputError(`cannot read ${path}: this is no plain file; choose another path`);
    }
    const { size } = status;
    return {
      size,
      read: async (begin, end) => {
        checkRange(begin, end, size);
        return readAll(file, begin, end).catch(asFileError);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readAll(file: FileHandle, begin: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - begin);
  let filled = 0;
  while (filled < bytes.length) {
    const length = Math.min(bytes.length - filled, MAX_READ);
    const { bytesRead } = await file.read(bytes, filled, length, begin + filled);
    if (bytesRead === 0)
      throw new InputError(
        `the file ended at byte ${begin + filled} while it was read; is it being written?`,
      );
    filled += bytesRead;
  }
  return bytes;
}

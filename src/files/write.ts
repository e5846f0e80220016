import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { InputError } from "../errors.js";
import { fileError } from "./file-error.js";

// Everything here is synchronous on purpose: no signal handler of this process can run between the first temporary and
// the last rename, so Ctrl-C never leaves some of the files, or a temporary.

/** The bytes of a file, whole or in pieces, each made when the one before has been written. */
export type FileContent = Uint8Array | Iterable<Uint8Array>;

/** What to do with a file that is already there: refuse to write, or replace it. */
export type Existing = "refuse" | "replace";

/**
 * Writes a file so that at every moment its path holds the old content or the new, never a part.
 * Throws InputError if it can't be written, or is there and must not be replaced; nothing is left behind then.
 */
export function writeFileAtomic(path: string, bytes: Uint8Array, existing: Existing): void {
  writeTogether(new Map([[path, bytes]]), existing);
}

/**
 * Writes several files (path -> bytes), making their folders: all to temporaries first, then renamed. If one can't be
 * written, none appears, and no old one is touched.
 * Throws InputError as `writeFileAtomic`.
 */
export function writeTogether(files: ReadonlyMap<string, FileContent>, existing: Existing): void {
  for (const path of files.keys()) checkTarget(path, existing);
  const staged: Staged[] = [];
  try {
    for (const [path, content] of files) {
      staged.push(stage(path));
      writeSynced(staged.at(-1)!, content);
    }
    renameTogether(staged);
  } catch (error) {
    discard(staged);
    throw error;
  }
}

/** A file that is being written under a temporary name. */
export interface Staged {
  readonly temporary: string;
  readonly path: string;
}

/** A temporary name beside `path`, whose folder is made. Throws InputError if that can't be done. */
export function stage(path: string): Staged {
  return { temporary: temporaryIn(ensureFolder(dirname(path))), path };
}

/** Gives written files their names; if one can't get it, none of the new ones stays. Throws InputError. */
export function renameTogether(staged: readonly Staged[]): void {
  const added: string[] = [];
  try {
    for (const { temporary, path } of staged) {
      const isNew = statusOf(path) === undefined;
      rename(temporary, path);
      if (isNew) added.push(path);
    }
  } catch (error) {
    for (const path of added) rmSync(path, { force: true });
    throw error;
  }
}

/** Removes what was written under temporary names. */
export function discard(staged: readonly Staged[]): void {
  for (const { temporary } of staged) rmSync(temporary, { force: true });
}

/** Makes a folder and those above it, and returns its path. Throws InputError if that can't be done. */
export function ensureFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch (error) {
    throw fileError("write", folder, error);
  }
}

/**
 * Finds out before long work whether `names` can be written in `folder` afterwards, and leaves no trace: the folder need
 * not exist yet and is not made.
 * Throws InputError.
 */
export function checkOutputs(folder: string, names: readonly string[], existing: Existing): void {
  for (const name of names) checkTarget(join(folder, name), existing);
  const probe = temporaryIn(nearestExisting(folder));
  try {
    closeSync(openSync(probe, "wx"));
    rmSync(probe);
  } catch (error) {
    throw fileError("write", folder, error);
  }
}

/** Throws InputError if no file can or may be written at a path. */
export function checkTarget(path: string, existing: Existing): void {
  const status = statusOf(path);
  if (status?.isDirectory()) {
    throw new InputError(`cannot write ${path}: this is a folder, not a file; choose another path`);
  }
  if (status !== undefined && existing === "refuse") {
    throw new InputError(
      `${path} is already there; choose another path, or say that it may be replaced (--force)`,
    );
  }
}

/** The file, folder or link at a path, or undefined if there is none. */
function statusOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw fileError("write", path, error);
  }
}

function nearestExisting(folder: string): string {
  return statusOf(folder) !== undefined || dirname(folder) === folder
    ? folder
    : nearestExisting(dirname(folder));
}

/** Removes the temporaries that a killed process left in a folder, if there is one. Throws InputError if they can't be. */
export function removeLeftovers(folder: string): void {
  if (statusOf(folder) === undefined) return;
  try {
    for (const name of readdirSync(folder)) {
      if (/^\.pellucid-[0-9a-f]{12}\.tmp$/.test(name)) rmSync(join(folder, name), { force: true });
    }
  } catch (error) {
    throw fileError("write", folder, error);
  }
}

/** In the same folder as the file, for a rename can't cross file systems; short, for names have a limit. */
function temporaryIn(folder: string): string {
  return join(folder, `.pellucid-${randomBytes(6).toString("hex")}.tmp`);
}

/** Writes a staged file to the disk. Throws InputError if that can't be done. */
export function writeSynced({ temporary, path }: Staged, content: FileContent): void {
  try {
    const file = openSync(temporary, "wx");
    try {
      for (const piece of content instanceof Uint8Array ? [content] : content) writeFileSync(file, piece);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw fileError("write", path, error);
  }
}

function rename(temporary: string, path: string): void {
  try {
    renameSync(temporary, path);
  } catch (error) {
    throw fileError("write", path, error);
  }
}

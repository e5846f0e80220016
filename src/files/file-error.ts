import { InputError } from "../errors.js";

/** What each error code of the operating system means to the person at the keyboard, and the cure. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: "permission denied; change its permissions or choose another path",
  EPERM: "permission denied; change its permissions or choose another path",
  EROFS: "the file system is read-only; choose another path",
  ENOENT: "there is no such file or folder; check the path",
  ENOTDIR: "a part of the path is a file, not a folder; choose another path",
  EISDIR: "this is a folder, not a file; choose another path",
  EEXIST: "something else is already there; choose another path",
  ENOTEMPTY: "something else is already there; choose another path",
  ENOSPC: "the disk is full; free some space or choose another disk",
  EDQUOT: "your share of the disk is full; free some space or choose another disk",
  EFBIG: "the file is too large for this disk; choose another disk",
  EIO: "the disk failed; choose another disk",
  ENAMETOOLONG: "the name is too long; choose a shorter one",
  ELOOP: "its links lead in a circle; choose another path",
  EMFILE: "too many files are open; close some programs",
  EBUSY: "another program is using it; close that program",
  ETXTBSY: "another program is using it; close that program",
};

/** The InputError for a failure of `node:fs` at `path`; any other value comes back as it is. */
export function fileError(action: "read" | "write", path: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  return new InputError(`cannot ${action} ${path}: ${MEANINGS[code] ?? `${code}; choose another path`}`);
}

/** The operating system's name for an error ("ENOSPC"), if it has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

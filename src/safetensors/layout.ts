import { InputError } from "../errors.js";
import { quoted } from "./names.js";
import type { TensorEntry } from "./types.js";

/**
 * Checks that the tensors fill bytes `dataStart` to `fileLength` exactly: no overlap, no hole, nothing behind the last.
 * Throws InputError.
 */
export function checkLayout(
  tensors: ReadonlyMap<string, TensorEntry>,
  dataStart: number,
  fileLength: number,
): void {
  // empty tensors take no room: they sort before the tensor that starts where they lie
  const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let expected = dataStart;
  for (const [name, { begin, end }] of inOrder) {
    if (begin !== expected) {
      const fault = begin < expected ? "overlaps the tensor before it" : "leaves a hole before it";
      throw new InputError(
        `tensor ${quoted(name)} ${fault}: expected data offset ${expected - dataStart}; ` +
          `got ${begin - dataStart}; save the file again`,
      );
    }
    expected = end;
  }
  if (expected !== fileLength) {
    throw new InputError(
      `the tensors of a safetensors file fill it exactly; got ${fileLength - expected} bytes behind the last; ` +
        "save or download the file again",
    );
  }
}

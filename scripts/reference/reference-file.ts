import { InputError } from "../../src/errors.js";
import type { Shape } from "../../src/graph/shape.js";
import { toFloat64 } from "../../src/safetensors/convert.js";
import { isObject } from "../../src/safetensors/json.js";
import { readSafetensors } from "../../src/safetensors/read.js";
import type { TensorView } from "../../src/safetensors/types.js";

/** A file of expected numbers. */
export interface ReferenceFile {
  /** Its name without the ending. */
  readonly name: string;
  /** What the file says about its own settings. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly tensors: ReadonlyMap<string, TensorView>;
}

/** Reads a file; throws InputError if it is damaged or says nothing about its settings. */
export function parseReference(name: string, bytes: Uint8Array): ReferenceFile {
  const { metadata, tensors } = readSafetensors(bytes);
  return { name, spec: parseSpec(metadata.spec), tensors };
}

function parseSpec(text: string | undefined): Record<string, unknown> {
  const cure = "write the settings as JSON into the metadata entry `spec`";
  if (text === undefined) throw new InputError(`the file has no settings; ${cure}`);
  try {
    const spec: unknown = JSON.parse(text);
    if (isObject(spec)) return spec;
  } catch {
    throw new InputError(
      `the file's settings must be JSON; got ${JSON.stringify(text.slice(0, 40))}; ${cure}`,
    );
  }
  throw new InputError(`the file's settings must be an object; got ${text.slice(0, 40)}; ${cure}`);
}

function viewOf({ tensors }: ReferenceFile, name: string): TensorView {
  const view = tensors.get(name);
  if (view === undefined) throw new InputError(`the file has no tensor ${name}`);
  return view;
}

/** Values of a tensor; throws InputError if there is none of that name. */
export const valuesOf = (file: ReferenceFile, name: string): Float64Array => toFloat64(viewOf(file, name));

/** Shape of a tensor; throws InputError if there is none of that name. */
export const shapeOf = (file: ReferenceFile, name: string): Shape => viewOf(file, name).shape;

/** Names that begin with `prefix`, without it. */
export const namesUnder = ({ tensors }: ReferenceFile, prefix: string): string[] =>
  [...tensors.keys()].flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));

import { readFileSync } from "node:fs";
import { checkFile } from "../../scripts/reference/check.js";
import type { Check } from "../../scripts/reference/compare.js";
import { fromFloat32, toFloat32 } from "../../src/safetensors/convert.js";
import { readSafetensors } from "../../src/safetensors/read.js";
import type { TensorView } from "../../src/safetensors/types.js";
import { writeSafetensors } from "../../src/safetensors/write.js";

/** Bytes of a file of expected numbers beside this one. */
export const bytesOf = (name: string): Uint8Array =>
  readFileSync(new URL(`./${name}.safetensors`, import.meta.url));

/** A change to a file: of its tensors, in place, or of its settings. */
export interface Edit {
  readonly tensors?: (tensors: Map<string, TensorView>) => void;
  readonly spec?: (spec: Record<string, unknown>) => Record<string, unknown>;
}

/** The file with some of its layers (all tensors if none are named), changed. */
export function edited(
  name: string,
  layers: readonly string[],
  { tensors: change, spec: respell }: Edit,
): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytesOf(name));
  const kept = new Map(
    [...tensors].filter(
      ([key]) => layers.length === 0 || layers.some((layer) => key.startsWith(`${layer}/`)),
    ),
  );
  change?.(kept);
  const spec: Record<string, unknown> = JSON.parse(metadata.spec!);
  const own = layers.length === 0 ? spec : Object.fromEntries(layers.map((layer) => [layer, spec[layer]]));
  return writeSafetensors(kept, { spec: JSON.stringify(respell?.(own) ?? own) });
}

/** Moves the largest value of a tensor by `share` of itself. */
export function nudge(tensors: Map<string, TensorView>, name: string, share: number): void {
  const view = tensors.get(name)!;
  const values = toFloat32(view);
  const place = values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best]!) ? i : best), 0);
  values[place]! *= 1 + share;
  tensors.set(name, fromFloat32(values, view.shape));
}

/** Moves a tensor under another name. */
export function rename(tensors: Map<string, TensorView>, from: string, to: string): void {
  tensors.set(to, tensors.get(from)!);
  tensors.delete(from);
}

/** All lines of a file's report. */
export async function checksOf(name: string, bytes: Uint8Array): Promise<Check[]> {
  const checks: Check[] = [];
  for await (const check of checkFile(name, bytes)) checks.push(check);
  return checks;
}

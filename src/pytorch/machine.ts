import { InputError } from "../errors.js";
import { quoted } from "../safetensors/names.js";
import type { DType } from "../safetensors/types.js";
import { tensorOf } from "./tensor.js";
import { describe, type Global, isKind, type StorageValue, type Value } from "./values.js";

/** Containers that are open at once; Python's own pickler gives up at a few hundred. */
export const MAX_DEPTH = 500;

/** The state of a pickle that is being read. */
export interface Machine {
  readonly stack: Value[];
  /** Heights of the stack at which containers were opened. */
  readonly marks: number[];
  readonly memo: Map<number, Value>;
}

/** The storage under a key, of `length` elements. Throws InputError if the archive has none like it. */
export type StorageOf = (dtype: DType, key: string, length: number) => StorageValue;

export function push({ stack }: Machine, value: Value): void {
  stack.push(value);
}

/** Opens a container: what is pushed from now on belongs to it. Throws InputError beyond `MAX_DEPTH`. */
export function openMark({ stack, marks }: Machine): void {
  if (marks.push(stack.length) > MAX_DEPTH) {
    throw new InputError(`at most ${MAX_DEPTH} containers may be open at once; got more; flatten them`);
  }
}

/** Takes the values since the last mark, and the mark. */
export function popToMark({ stack, marks }: Machine): Value[] {
  const height = marks.pop();
  if (height === undefined || height > stack.length) throw damaged("a mark is missing");
  return stack.splice(height);
}

/** Takes the last `count` values, none of which may lie below the last mark. */
export function popMany({ stack, marks }: Machine, count: number): Value[] {
  if (stack.length - (marks.at(-1) ?? 0) < count) throw damaged("a value is missing");
  return stack.splice(stack.length - count);
}

/** The last value, which stays. */
function top({ stack, marks }: Machine): Value {
  const value = stack.at(-1);
  if (value === undefined || stack.length <= (marks.at(-1) ?? 0)) throw damaged("a value is missing");
  return value;
}

export function remember(machine: Machine, index: number): void {
  machine.memo.set(index, top(machine));
}

export function recall({ memo }: Machine, index: number): Value {
  const value = memo.get(index);
  if (value !== undefined) return value;
  throw damaged(`memo ${index} is read before it is written`);
}

/** The one value that is left at the end. */
export function lastValue({ stack, marks }: Machine): Value {
  const [value] = stack;
  if (value !== undefined && stack.length === 1 && marks.length === 0) return value;
  throw damaged(`${stack.length} values are left at the end, and ${marks.length} marks`);
}

export function append(machine: Machine, items: readonly Value[]): void {
  const target = top(machine);
  if (isKind(target, "opaque")) return;
  if (!isKind(target, "list")) throw damaged(`items are appended to ${describe(target)}`);
  for (const item of items) target.items.push(item);
}

/** Puts keys and values, by turns, into the dict on top. */
export function setItems(machine: Machine, pairs: readonly Value[]): void {
  const target = top(machine);
  if (pairs.length % 2 !== 0) throw damaged("a key has no value");
  if (isKind(target, "opaque")) return;
  if (!isKind(target, "dict")) throw damaged(`keys are set in ${describe(target)}`);
  for (let i = 0; i < pairs.length; i += 2) {
    const [key, value] = [pairs[i]!, pairs[i + 1]!];
    if (target.entries.has(key)) throw damaged(`the key ${quoted(String(key))} occurs twice in a dict`);
    target.entries.set(key, value);
  }
}

/** Replaces a global and its arguments by what they make. */
export function call(machine: Machine): void {
  const [callee, args] = popMany(machine, 2);
  if (!isKind(args, "tuple")) throw damaged("arguments are no tuple");
  if (!isKind(callee, "global")) throw damaged(`${describe(callee!)} is called`);
  push(machine, resultOf(callee, args.items));
}

function resultOf({ name, role }: Global, args: readonly Value[]): Value {
  switch (role.makes) {
    case "opaque":
      return { kind: "opaque", name };
    case "tensor":
      return tensorOf(args);
    case "parameter":
      if (isKind(args[0], "tensor")) return args[0];
      break;
    case "dict":
      if (args.length === 0) return { kind: "dict", entries: new Map() };
      break;
    case "storage":
      break;
  }
  throw damaged(`${name} is called with ${args.map(describe).join(", ").slice(0, 60) || "nothing"}`);
}

/** Drops the attributes of an object: a state dict keeps notes on versions there, and nothing that is needed. */
export function build(machine: Machine): void {
  popMany(machine, 1);
  const target = top(machine);
  if (!isKind(target, "opaque") && !isKind(target, "dict")) {
    throw damaged(`attributes are given to ${describe(target)}`);
  }
}

/** The storage that the persistent id on top names: ("storage", class, key, device, elements). */
export function storageNamed(machine: Machine, storageOf: StorageOf): StorageValue {
  const [id] = popMany(machine, 1);
  const [tag, type, key, device, length, ...rest] = isKind(id, "tuple") ? id.items : [];
  if (tag !== "storage" || typeof key !== "string" || typeof device !== "string" || rest.length > 0) {
    throw damaged("a persistent id must be a storage's");
  }
  if (!isKind(type, "global") || type.role.makes !== "storage") {
    throw damaged(
      `storage ${quoted(key)} must be of a class such as torch.FloatStorage; got ${describe(type!)}`,
    );
  }
  if (typeof length !== "number" || !Number.isSafeInteger(length) || length < 0) {
    throw damaged(`storage ${quoted(key)} must have a whole number of elements; got ${describe(length!)}`);
  }
  return storageOf(type.role.dtype, key, length);
}

const damaged = (what: string): InputError =>
  new InputError(`${what}; the file is damaged: save it again with torch.save`);

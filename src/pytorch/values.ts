import { DTYPE_BYTES, type DType } from "../safetensors/types.js";

/** What a pickle can hold here: plain values, containers, descriptions of tensors, and objects that nobody looks into. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | List
  | Tuple
  | Dict
  | Global
  | StorageValue
  | TensorValue
  | Opaque;

export interface List {
  readonly kind: "list";
  readonly items: Value[];
}

export interface Tuple {
  readonly kind: "tuple";
  readonly items: readonly Value[];
}

/** A dict or an OrderedDict; keys that are containers are one another's equals only if they are the same object. */
export interface Dict {
  readonly kind: "dict";
  readonly entries: Map<Value, Value>;
}

/** A Python name; it is a name and no more. */
export interface Global {
  readonly kind: "global";
  readonly name: string;
  readonly role: Role;
}

/** What calling a global makes: one of the things known here, or an object that is passed over. */
export type Role =
  | { readonly makes: "dict" | "tensor" | "parameter" | "opaque" }
  | { readonly makes: "storage"; readonly dtype: DType };

/** Where a tensor's elements are: an entry of the archive. */
export interface StorageValue {
  readonly kind: "storage";
  readonly dtype: DType;
  /** Name of the entry: `data/<key>` of the archive. */
  readonly key: string;
  /** Elements of `dtype`. */
  readonly length: number;
}

/** A view of a storage; `offset` and `strides` count elements. */
export interface TensorValue {
  readonly kind: "tensor";
  readonly storage: StorageValue;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

/** An object of a class that is allowed by name and passed over: what it holds was dropped. */
export interface Opaque {
  readonly kind: "opaque";
  readonly name: string;
}

/** A value as error messages name it. */
export function describe(value: Value): string {
  if (value === null) return "None";
  if (typeof value !== "object") return typeof value;
  return "name" in value ? value.name : value.kind;
}

/** Whether a value is of one of the kinds that are objects. */
export function isKind<K extends Extract<Value, object>["kind"]>(
  value: Value | undefined,
  kind: K,
): value is Extract<Value, { readonly kind: K }> {
  return typeof value === "object" && value !== null && value.kind === kind;
}

/** Bytes of a tensor's element. */
export const elementBytes = ({ dtype }: StorageValue): number => DTYPE_BYTES[dtype];

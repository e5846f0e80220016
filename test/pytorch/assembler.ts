import { joined, packed } from "./archive.js";

/** Pieces of pickles, named as their opcodes; `code` is for those of one byte. */
export const code = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
export const text = (value: string): Uint8Array => {
  const bytes = new TextEncoder().encode(value);
  return joined(code("X"), packed([4, bytes.length]), bytes);
};
export const int = (value: number): Uint8Array => joined(code("J"), packed([4, value >>> 0]));
export const global = (module: string, name: string): Uint8Array => code(`c${module}\n${name}\n`);
export const tuple = (...items: readonly Uint8Array[]): Uint8Array => joined(code("("), ...items, code("t"));
export const put = (index: number): Uint8Array => Uint8Array.of(0x71, index);
export const get = (index: number): Uint8Array => Uint8Array.of(0x68, index);

/** A dict by keys that are texts. */
export const dict = (entries: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  joined(code("}("), ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), code("u"));

/** The storage `key` of `length` elements. */
export const storage = (key: string, length: number, type = "FloatStorage"): Uint8Array =>
  joined(tuple(text("storage"), global("torch", type), text(key), text("cpu"), int(length)), code("Q"));

/** A tensor that views a storage. */
export const tensor = (
  stored: Uint8Array,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Uint8Array =>
  joined(
    global("torch._utils", "_rebuild_tensor_v2"),
    tuple(stored, int(offset), tuple(...shape.map(int)), tuple(...strides.map(int)), code("\x89"), code("N")),
    code("R"),
  );

/** A whole pickle of protocol 2. */
export const pickle = (...pieces: readonly Uint8Array[]): Uint8Array =>
  joined(Uint8Array.of(0x80, 2), ...pieces, code("."));

import { InputError } from "../errors.js";

/** Reads a pickle's numbers and texts from its start to its end. */
export interface PickleReader {
  /** Bytes read so far. */
  position(): number;
  byte(): number;
  uint16(): number;
  uint32(): number;
  int32(): number;
  float64(): number;
  /** A two's-complement integer of `length` bytes. */
  long(length: number): number | bigint;
  /** UTF-8 text of `length` bytes. */
  text(length: number): string;
  /** ASCII text up to a line feed. */
  line(): string;
}

/** Module and attribute names are shorter. */
const MAX_LINE = 500;

/** Reads `bytes`; each function throws InputError where they end too early or hold no text. */
export function pickleReader(bytes: Uint8Array): PickleReader {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let at = 0;
  /** Moves on by `length` bytes and returns where they begin. */
  const take = (length: number): number => {
    if (length > bytes.length - at) {
      throw new InputError(`the pickle ends at byte ${bytes.length}, within a value; copy the file again`);
    }
    at += length;
    return at - length;
  };
  const text = (length: number): string => {
    const begin = take(length);
    try {
      return utf8.decode(bytes.subarray(begin, at));
    } catch {
      throw new InputError(`the pickle holds text at byte ${begin} that is not UTF-8; copy the file again`);
    }
  };
  return {
    position: () => at,
    byte: () => data.getUint8(take(1)),
    uint16: () => data.getUint16(take(2), true),
    uint32: () => data.getUint32(take(4), true),
    int32: () => data.getInt32(take(4), true),
    float64: () => data.getFloat64(take(8), false),
    long(length) {
      const begin = take(length);
      let value = 0n;
      for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[begin + i]!);
      const signed = BigInt.asIntN(8 * length, value);
      const number = Number(signed);
      return Number.isSafeInteger(number) ? number : signed;
    },
    text,
    line() {
      const end = bytes.subarray(at, at + MAX_LINE).indexOf(0x0a);
      if (end < 0)
        throw new InputError(`the pickle holds a name at byte ${at} without an end; copy the file again`);
      const line = text(end);
      take(1);
      return line;
    },
  };
}

import { InputError } from "../errors.js";
import { globalNamed } from "./globals.js";
import {
  append,
  build,
  call,
  lastValue,
  type Machine,
  openMark,
  popMany,
  popToMark,
  push,
  recall,
  remember,
  type StorageOf,
  setItems,
  storageNamed,
} from "./machine.js";
import { OPCODES, type Opcode, refusedName } from "./opcodes.js";
import { type PickleReader, pickleReader } from "./pickle-reader.js";
import type { Value } from "./values.js";

/** A checkpoint of 10,000 tensors takes about 3 MB, and 300,000 opcodes. */
export const MAX_PICKLE_BYTES = 16 * 2 ** 20;
/** Each makes at most one object. */
export const MAX_OPCODES = 1_000_000;

const CURE = "save the file again with torch.save";

export interface UnpickleOptions {
  /** Python names to pass over beside those that always are. */
  readonly inert: ReadonlySet<string>;
  readonly storage: StorageOf;
}

/**
 * Reads a pickle as torch.save writes it (protocol 2): plain values, lists, tuples, dicts and descriptions of tensors.
 *
 * It runs no code of the file: names are compared with a list, and calls are known ones. Throws InputError with the byte
 * at which the first thing else stands: another opcode, another name, or a value in a place where it makes no sense.
 */
export function unpickle(bytes: Uint8Array, options: UnpickleOptions): Value {
  if (bytes.length > MAX_PICKLE_BYTES) {
    throw new InputError(`a pickle has at most ${MAX_PICKLE_BYTES} bytes; got ${bytes.length}; ${CURE}`);
  }
  const reader = pickleReader(bytes);
  const machine: Machine = { stack: [], marks: [], memo: new Map() };
  for (let count = 0; count < MAX_OPCODES; count++) {
    const at = reader.position();
    try {
      const opcode = readOpcode(reader, at);
      if (opcode === "STOP") return finish(machine, bytes.length - reader.position());
      STEPS[opcode](machine, reader, options);
    } catch (error) {
      throw error instanceof InputError
        ? new InputError(`byte ${at} of the pickle: ${error.message}`)
        : error;
    }
  }
  throw new InputError(`a pickle has at most ${MAX_OPCODES} opcodes; got more; ${CURE}`);
}

function readOpcode(reader: PickleReader, at: number): Opcode {
  const byte = reader.byte();
  const opcode = OPCODES.get(byte);
  if (opcode === undefined) {
    throw new InputError(`opcode ${refusedName(byte)} is refused: torch.save does not write it; ${CURE}`);
  }
  if ((opcode === "PROTO") !== (at === 0)) {
    throw new InputError(`opcode PROTO must come first, and once; got ${opcode}; ${CURE}`);
  }
  return opcode;
}

function finish(machine: Machine, left: number): Value {
  if (left === 0) return lastValue(machine);
  throw new InputError(`a pickle must end with opcode STOP; got ${left} bytes behind it; ${CURE}`);
}

function checkProtocol(protocol: number): void {
  if (protocol === 2) return;
  throw new InputError(`pickle protocol must be 2, torch.save's own; got ${protocol}; ${CURE}`);
}

type Step = (machine: Machine, reader: PickleReader, options: UnpickleOptions) => void;

const STEPS: Readonly<Record<Exclude<Opcode, "STOP">, Step>> = {
  PROTO: (_, reader) => checkProtocol(reader.byte()),
  MARK: openMark,
  NONE: (machine) => push(machine, null),
  NEWTRUE: (machine) => push(machine, true),
  NEWFALSE: (machine) => push(machine, false),
  BININT: (machine, reader) => push(machine, reader.int32()),
  BININT1: (machine, reader) => push(machine, reader.byte()),
  BININT2: (machine, reader) => push(machine, reader.uint16()),
  LONG1: (machine, reader) => push(machine, reader.long(reader.byte())),
  BINFLOAT: (machine, reader) => push(machine, reader.float64()),
  BINUNICODE: (machine, reader) => push(machine, reader.text(reader.uint32())),
  EMPTY_TUPLE: (machine) => push(machine, { kind: "tuple", items: [] }),
  TUPLE1: (machine) => push(machine, { kind: "tuple", items: popMany(machine, 1) }),
  TUPLE2: (machine) => push(machine, { kind: "tuple", items: popMany(machine, 2) }),
  TUPLE3: (machine) => push(machine, { kind: "tuple", items: popMany(machine, 3) }),
  TUPLE: (machine) => push(machine, { kind: "tuple", items: popToMark(machine) }),
  EMPTY_LIST: (machine) => push(machine, { kind: "list", items: [] }),
  APPEND: (machine) => append(machine, popMany(machine, 1)),
  APPENDS: (machine) => append(machine, popToMark(machine)),
  EMPTY_DICT: (machine) => push(machine, { kind: "dict", entries: new Map() }),
  SETITEM: (machine) => setItems(machine, popMany(machine, 2)),
  SETITEMS: (machine) => setItems(machine, popToMark(machine)),
  GLOBAL: (machine, reader, { inert }) => push(machine, globalNamed(reader.line(), reader.line(), inert)),
  REDUCE: call,
  NEWOBJ: call,
  BUILD: build,
  BINPUT: (machine, reader) => remember(machine, reader.byte()),
  LONG_BINPUT: (machine, reader) => remember(machine, reader.uint32()),
  BINGET: (machine, reader) => push(machine, recall(machine, reader.byte())),
  LONG_BINGET: (machine, reader) => push(machine, recall(machine, reader.uint32())),
  BINPERSID: (machine, _, { storage }) => push(machine, storageNamed(machine, storage)),
};

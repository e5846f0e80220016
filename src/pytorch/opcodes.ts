/** What the unpickler does: the opcodes of pickle protocol 2 that torch.save writes. */
export const OPCODES: ReadonlyMap<number, Opcode> = new Map([
  [0x80, "PROTO"],
  [0x2e, "STOP"],
  [0x28, "MARK"],
  [0x4e, "NONE"],
  [0x88, "NEWTRUE"],
  [0x89, "NEWFALSE"],
  [0x4a, "BININT"],
  [0x4b, "BININT1"],
  [0x4d, "BININT2"],
  [0x8a, "LONG1"],
  [0x47, "BINFLOAT"],
  [0x58, "BINUNICODE"],
  [0x29, "EMPTY_TUPLE"],
  [0x85, "TUPLE1"],
  [0x86, "TUPLE2"],
  [0x87, "TUPLE3"],
  [0x74, "TUPLE"],
  [0x5d, "EMPTY_LIST"],
  [0x61, "APPEND"],
  [0x65, "APPENDS"],
  [0x7d, "EMPTY_DICT"],
  [0x73, "SETITEM"],
  [0x75, "SETITEMS"],
  [0x63, "GLOBAL"],
  [0x52, "REDUCE"],
  [0x81, "NEWOBJ"],
  [0x62, "BUILD"],
  [0x71, "BINPUT"],
  [0x72, "LONG_BINPUT"],
  [0x68, "BINGET"],
  [0x6a, "LONG_BINGET"],
  [0x51, "BINPERSID"],
]);

export type Opcode =
  | "PROTO"
  | "STOP"
  | "MARK"
  | "NONE"
  | "NEWTRUE"
  | "NEWFALSE"
  | "BININT"
  | "BININT1"
  | "BININT2"
  | "LONG1"
  | "BINFLOAT"
  | "BINUNICODE"
  | "EMPTY_TUPLE"
  | "TUPLE1"
  | "TUPLE2"
  | "TUPLE3"
  | "TUPLE"
  | "EMPTY_LIST"
  | "APPEND"
  | "APPENDS"
  | "EMPTY_DICT"
  | "SETITEM"
  | "SETITEMS"
  | "GLOBAL"
  | "REDUCE"
  | "NEWOBJ"
  | "BUILD"
  | "BINPUT"
  | "LONG_BINPUT"
  | "BINGET"
  | "LONG_BINGET"
  | "BINPERSID";

/** All other opcodes of protocols 0 to 5, so that a refusal can name them. */
const REFUSED: Readonly<Record<number, string>> = {
  48: "POP",
  49: "POP_MARK",
  50: "DUP",
  70: "FLOAT",
  73: "INT",
  76: "LONG",
  80: "PERSID",
  83: "STRING",
  84: "BINSTRING",
  85: "SHORT_BINSTRING",
  86: "UNICODE",
  66: "BINBYTES",
  67: "SHORT_BINBYTES",
  100: "DICT",
  103: "GET",
  105: "INST",
  108: "LIST",
  111: "OBJ",
  112: "PUT",
  130: "EXT1",
  131: "EXT2",
  132: "EXT4",
  139: "LONG4",
  140: "SHORT_BINUNICODE",
  141: "BINUNICODE8",
  142: "BINBYTES8",
  143: "EMPTY_SET",
  144: "ADDITEMS",
  145: "FROZENSET",
  146: "NEWOBJ_EX",
  147: "STACK_GLOBAL",
  148: "MEMOIZE",
  149: "FRAME",
  150: "BYTEARRAY8",
  151: "NEXT_BUFFER",
  152: "READONLY_BUFFER",
};

/** The name of an opcode that is not read here. */
export const refusedName = (byte: number): string =>
  REFUSED[byte] ?? `0x${byte.toString(16).padStart(2, "0")}`;

import { InputError } from "../errors.js";
import { quoted } from "../safetensors/names.js";
import type { DType } from "../safetensors/types.js";
import type { Global, Role } from "./values.js";

/** Storage classes of PyTorch and what they hold. */
const STORAGES: Readonly<Record<string, DType>> = {
  DoubleStorage: "F64",
  FloatStorage: "F32",
  HalfStorage: "F16",
  BFloat16Storage: "BF16",
  LongStorage: "I64",
  IntStorage: "I32",
  ShortStorage: "I16",
  CharStorage: "I8",
  ByteStorage: "U8",
  BoolStorage: "BOOL",
};

/** The globals that mean something here. */
const KNOWN: ReadonlyMap<string, Role> = new Map([
  ["collections.OrderedDict", { makes: "dict" }],
  ["torch._utils._rebuild_tensor_v2", { makes: "tensor" }],
  ["torch._utils._rebuild_parameter", { makes: "parameter" }],
  ...Object.entries(STORAGES).map(([name, dtype]): [string, Role] => [
    `torch.${name}`,
    { makes: "storage", dtype },
  ]),
]);

/** Under a module, the names in it. */
const names = (module: string, list: string): string[] => list.split(" ").map((name) => `${module}.${name}`);

const PLAIN_TYPES =
  "bool bytearray bytes complex dict float frozenset int list object range set slice str tuple";
const NODES = "AnyNode BooleanNode BytesNode EnumNode FloatNode IntegerNode PathNode StringNode";
const CALLBACKS =
  "early_stopping.EarlyStopping lr_monitor.LearningRateMonitor model_checkpoint.ModelCheckpoint timer.Timer";

/**
 * Globals that training programs leave beside the weights: types in hyper-parameters, scores, keys of callbacks. They are
 * passed over: an object of such a class is its name and nothing else.
 */
export const PASSED_OVER: ReadonlySet<string> = new Set([
  ...names("builtins", PLAIN_TYPES),
  ...names("__builtin__", `${PLAIN_TYPES} long unicode xrange`),
  "_codecs.encode",
  ...names("collections", "Counter defaultdict deque"),
  "argparse.Namespace",
  ...names("pathlib", "Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath"),
  ...names("datetime", "date datetime timedelta"),
  "typing.Any",
  ...names("numpy", "dtype ndarray bool_ float16 float32 float64 int32 int64"),
  ...names("numpy.core.multiarray", "_reconstruct scalar"),
  ...names("numpy._core.multiarray", "_reconstruct scalar"),
  ...names("torch", "Size device bfloat16 bool float16 float32 float64 int16 int32 int64 int8 uint8"),
  "omegaconf.dictconfig.DictConfig",
  "omegaconf.listconfig.ListConfig",
  ...names("omegaconf.base", "ContainerMetadata Metadata"),
  ...names("omegaconf.nodes", NODES),
  ...names("pytorch_lightning.callbacks", CALLBACKS),
  ...names("lightning.pytorch.callbacks", CALLBACKS),
  "pytorch_lightning.utilities.parsing.AttributeDict",
  "lightning_fabric.utilities.data.AttributeDict",
  "lightning.fabric.utilities.data.AttributeDict",
]);

/**
 * What a Python name may stand for: a part of a tensor, or, if it is in `PASSED_OVER` or `inert`, an object that is passed
 * over. Nothing is ever imported or run. Throws InputError for any other name, which it gives.
 */
export function globalNamed(module: string, attribute: string, inert: ReadonlySet<string>): Global {
  const name = `${module}.${attribute}`;
  const role = KNOWN.get(name);
  if (role !== undefined) return { kind: "global", name, role };
  if (PASSED_OVER.has(name) || inert.has(name)) return { kind: "global", name, role: { makes: "opaque" } };
  throw new InputError(
    `the Python name ${quoted(name)} is refused: it is no part of a tensor; save the state dict alone, or name it with ` +
      "--inert to pass over what is made with it, which is never run",
  );
}

import { availableParallelism } from "node:os";
import type { InferenceSession } from "onnxruntime-common";
import * as ort from "onnxruntime-node";
import { InputError } from "../errors.js";
import { type Compile, compileWith, type OrtModule } from "./executable.js";
import type { OnnxModel } from "./lower.js";

export const devices = ["cpu", "webgpu", "cuda"] as const;
export type Device = (typeof devices)[number];

const cures: Readonly<Record<Exclude<Device, "cpu">, string>> = {
  webgpu: "install a Vulkan driver",
  cuda: "install its driver and ONNX Runtime's part: ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node",
};

export interface NodeOptions {
  readonly device?: Device;
  /** Threads inside one operation; default: one per core that the process may use. */
  readonly threads?: number | undefined;
}

/**
 * A compiler for ONNX Runtime in Node.
 *
 * Denormals are flushed to zero: a freshly initialised B-cos network produces them by the million and they are slow.
 * The compiler throws InputError if the device cannot be used on this machine.
 */
export const nodeCompiler = (options: NodeOptions = {}): Compile => compilerOn(ort, options);

/**
 * Networks that hold at most this many numbers at once keep their memory from run to run: the system takes a third of a training
 * step to hand out pages anew. The pool grows by doubling and gives nothing back, so larger networks do without.
 */
const MOST_POOLED = 2 ** 28;

/** The same on a module that holds its sessions elsewhere. */
export function compilerOn(
  module: OrtModule,
  { device = "cpu", threads = availableParallelism() }: NodeOptions,
): Compile {
  const optionsFor = ({ peak }: Pick<OnnxModel, "peak">): InferenceSession.SessionOptions => ({
    executionProviders: device === "cpu" ? ["cpu"] : [device, "cpu"],
    // Left to itself, ONNX Runtime ran on one of two virtual cores.
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    // Planning one block for all activations ahead keeps each in a place of its own: two thirds more memory, and colder caches.
    enableMemPattern: false,
    enableCpuMemArena: peak <= MOST_POOLED,
    extra: { session: { set_denormal_as_zero: "1" } },
  });
  return async (model) => {
    try {
      return await compileWith(module, optionsFor(model))(model);
    } catch (error) {
      if (device === "cpu") throw error;
      const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
      throw new InputError(
        `device ${device} cannot be used here (${reason}); use --device cpu, or ${cures[device]}`,
        { cause: error },
      );
    }
  };
}

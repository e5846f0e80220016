import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { InferenceSession } from "onnxruntime-common";
import * as ort from "onnxruntime-node";
import { input } from "../graph/ops/constant.js";
import { scale } from "../graph/ops/elementwise.js";
import type { Compile, OrtSession, Values } from "./executable.js";
import { lower } from "./lower.js";
import { compilerOn, type NodeOptions, nodeCompiler } from "./node.js";

/** What a thread is started with. */
export interface Start {
  readonly bytes: Uint8Array;
  readonly options: InferenceSession.SessionOptions;
}

/** An array with its name and shape, as it goes from thread to thread. */
export interface Named<T> {
  readonly name: string;
  readonly data: T;
  readonly dims: readonly number[];
}

/** What a run is fed, or the end of all runs. */
export type Request = readonly Named<Values>[] | typeof RELEASE;
const RELEASE = "release";

/** What a thread says: that it is ready, what a run gave, or what went wrong. */
export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "results"; readonly outputs: readonly Named<Float32Array>[] }
  | { readonly kind: "failure"; readonly message: string };

/**
 * A compiler whose executables run in a thread of their own each, so that several run beside each other and beside the caller.
 *
 * What is fed and what is given back is copied between the threads. Throws as `nodeCompiler`'s does.
 */
export function threadCompiler(options: NodeOptions = {}): Compile {
  const compile = compilerOn({ InferenceSession: { create: startSession }, Tensor: ort.Tensor }, options);
  return async (model) => {
    await flushDenormalsHere();
    return compile(model);
  };
}

/**
 * A compiler for `count` executables that run beside each other, each with its share of the threads; for a single one, that of
 * `nodeCompiler`. Throws as it does.
 */
export function replicaCompiler(
  count: number,
  { threads = availableParallelism(), ...options }: NodeOptions = {},
): Compile {
  if (count === 1) return nodeCompiler({ ...options, threads });
  return threadCompiler({ ...options, threads: Math.max(1, Math.floor(threads / count)) });
}

/**
 * ONNX Runtime tells the thread of a process's first session to flush denormals, and no other; threads started from it inherit
 * that, where a thread with the first session of all would keep it to itself.
 */
async function flushDenormalsHere(): Promise<void> {
  const first = await nodeCompiler({ threads: 1 })(lower({ y: scale(input("x", [1]), 2) }));
  await first.release();
}

async function startSession(
  bytes: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<OrtSession> {
  const start: Start = { bytes, options };
  const thread = new Worker(new URL("./session-thread.js", import.meta.url), { workerData: start });
  /** The thread's next word; a failure is thrown. Only a thread that is waited for keeps the process alive. */
  const next = async (): Promise<Exclude<Reply, { kind: "failure" }>> => {
    thread.ref();
    const [reply]: Reply[] = await once(thread, "message");
    thread.unref();
    if (reply!.kind === "failure") throw new Error(reply!.message);
    return reply!;
  };
  await next();
  return {
    async run(feeds, fetches) {
      const answer = next();
      thread.postMessage(Object.entries(feeds).map(([name, { data, dims }]) => ({ name, data, dims })));
      const reply = await answer;
      const outputs = reply.kind === "results" ? reply.outputs : [];
      return Object.fromEntries(
        outputs.map(({ name, data, dims }) => {
          const place = fetches[name];
          if (place?.data instanceof Float32Array) place.data.set(data);
          return [name, place ?? new ort.Tensor("float32", data, dims)];
        }),
      );
    },
    // A thread that is ended from outside while its session lives takes the process with it.
    async release() {
      const ended = once(thread, "exit");
      thread.ref();
      thread.postMessage(RELEASE);
      await ended;
    },
  };
}

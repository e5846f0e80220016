// A thread that holds one session of onnxruntime-node and runs it whenever it is asked to; the other side is threads.ts.
// Plain JavaScript, so that a thread can start with it where the program runs from its source too.
import { parentPort, workerData } from "node:worker_threads";
import { InferenceSession, Tensor } from "onnxruntime-node";

/**
 * @import { Reply, Request, Start } from "./threads.js"
 */

const port = parentPort;
if (port === null) throw new Error("this file runs in a thread");

/** @type {(reply: Reply, moved?: readonly ArrayBuffer[]) => void} */
const say = (reply, moved = []) => port.postMessage(reply, moved);
/** @type {(error: unknown) => void} */
const fail = (error) =>
  say({ kind: "failure", message: error instanceof Error ? error.message : String(error) });

/** @type {(start: Start) => Promise<void>} */
async function serve({ bytes, options }) {
  const session = await InferenceSession.create(bytes, options);
  port?.on("message", (/** @type {Request} */ request) => {
    if (request === "release") end().catch(fail);
    else run(request).catch(fail);
  });
  say({ kind: "ready" });

  /** @type {(request: Exclude<Request, string>) => Promise<void>} */
  async function run(request) {
    const feeds = Object.fromEntries(
      request.map(({ name, data, dims }) => [
        name,
        data instanceof BigInt64Array ? new Tensor("int64", data, dims) : new Tensor("float32", data, dims),
      ]),
    );
    const outputs = Object.entries(await session.run(feeds)).map(([name, { data, dims }]) => {
      if (!(data instanceof Float32Array)) throw new Error(`output "${name}" is not float32`);
      return { name, data, dims };
    });
    const buffers = outputs.map(({ data: { buffer } }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer);
    say({ kind: "results", outputs }, buffers);
  }

  async function end() {
    await session.release();
    port?.close();
  }
}

serve(workerData).catch((error) => {
  fail(error);
  port.close();
});

import { type Compile, compileWith, type OrtModule } from "./executable.js";

/** What a browser can compute on: its processor through WebAssembly, or its graphics card. */
export type WebDevice = "wasm" | "webgpu";

/**
 * A compiler for ONNX Runtime in a browser.
 *
 * The caller passes the `onnxruntime-web` module, for which of its builds is loaded, and from where, is a page's own
 * choice. Denormals are flushed to zero, as in Node.
 */
export const webCompiler = (ort: OrtModule, device: WebDevice = "wasm"): Compile =>
  compileWith(ort, {
    executionProviders: device === "wasm" ? ["wasm"] : ["webgpu", "wasm"],
    logSeverityLevel: 3,
    extra: { session: { set_denormal_as_zero: "1" } },
  });

// npm runs this before the install scripts of the dependencies. The one of onnxruntime-node would fetch hundreds of MB of
// CUDA libraries from a server of its own, and fail the whole installation where that cannot be reached. It leaves alone
// what is there already, so empty files hold the places of those libraries until somebody asks for them with
//   ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node
import { existsSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const { env, platform, arch } = process;
const isDecided = "ONNXRUNTIME_NODE_INSTALL" in env || "npm_config_onnxruntime_node_install" in env;
const folder = libraryFolder();
if (!isDecided && platform === "linux" && arch === "x64" && folder !== undefined) {
  for (const name of ["cuda", "shared", "tensorrt"]) {
    const library = join(folder, `libonnxruntime_providers_${name}.so`);
    if (!existsSync(library)) writeFileSync(library, "");
  }
}

/** Where onnxruntime-node looks for them, or undefined if it is not installed. */
function libraryFolder() {
  try {
    const engine = dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json"));
    return [join(engine, "bin/napi-v6/linux/x64")].find(existsSync);
  } catch {
    return undefined;
  }
}

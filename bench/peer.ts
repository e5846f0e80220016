import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { InputError } from "../src/errors.js";
import type { Engine } from "./engine.js";
import { peerSettings } from "./peer-settings.js";
import type { Work } from "./settings.js";

const script = fileURLToPath(new URL("peers/unet_torch.py", import.meta.url));

/** GFLOP/s below which PyTorch is running on the reference BLAS, as Debian's package does unless another is installed. */
const slowProducts = 8;

const readySchema = z.object({ engine: z.string(), parameters: z.int(), product_gflops: z.number() });
const stepSchema = z.object({ ms: z.number() });
const endSchema = z.object({ peak_mb: z.number() });

/** A Python that has PyTorch: Debian's `python3-torch` first, then whatever is on the path. */
function pythonWithTorch(): string | undefined {
  return ["/usr/bin/python3", "python3"].find(
    (python) => spawnSync(python, ["-c", "import numpy, torch"], { stdio: "ignore" }).status === 0,
  );
}

/** The same network in eager PyTorch, in a process of its own; undefined where PyTorch is not installed. */
export async function peer(work: Work): Promise<Engine | undefined> {
  const python = pythonWithTorch();
  if (python === undefined) return undefined;
  const { config, ...rest } = work;
  const translated = peerSettings(config);
  if ("missing" in translated) {
    console.error(`bench: the PyTorch peer has no ${translated.missing}; this network is measured alone`);
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), "pellucid-bench-"));
  const file = join(folder, "work.json");
  writeFileSync(file, JSON.stringify({ ...rest, unet: translated.settings, size: config.imageSize }));
  const child = spawn(python, [script, file], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw new InputError("the PyTorch peer stopped; its own message is above");
    return JSON.parse(value);
  };
  const ready = readySchema.parse(await answer());
  rmSync(folder, { recursive: true });
  if (ready.product_gflops < slowProducts) {
    console.error(
      `bench: PyTorch's matrix products reach only ${ready.product_gflops.toFixed(1)} GFLOP/s here, so it is no fair yardstick; install libopenblas0-pthread`,
    );
  }
  return {
    name: ready.engine,
    parameters: ready.parameters,
    async step() {
      child.stdin.write("step\n");
      return stepSchema.parse(await answer()).ms;
    },
    async end() {
      child.stdin.end("end\n");
      return endSchema.parse(await answer()).peak_mb;
    },
  };
}

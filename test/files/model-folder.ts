import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { saveModel } from "../../src/files/model.js";
import { denoiseGraph } from "../../src/model/graphs.js";
import type { LoadedModel } from "../../src/model/loaded.js";
import { tinyModel } from "../model/tiny.js";

/** A new empty folder outside the project, which goes when the test ends. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pellucid-test-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a model's folder and returns its path. */
export function modelFolder({ config, weights }: LoadedModel = tinyModel()): string {
  const folder = join(newFolder(), "tiny");
  const { parameters } = denoiseGraph(config, 1, 1);
  const named = parameters.map(({ name, shape }) => ({ name, shape, values: weights.get(name)! }));
  saveModel(folder, config, named, "F32");
  return folder;
}

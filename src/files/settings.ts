import { existsSync } from "node:fs";
import { basename } from "node:path";
import { InputError, UsageError } from "../errors.js";
import { fromAuthorsModel, isAuthorsForm } from "../model/authors.js";
import { type ModelConfig, parseModelConfig } from "../model/model-config.js";
import { configPath } from "./model.js";
import { parseFile, parseJson } from "./read.js";

/**
 * A model's settings by its name or folder, or from a JSON file: pellucid's own, or those of the paper authors.
 *
 * Throws UsageError if there is no such model or file, InputError with the path if its settings cannot be built.
 */
export function loadModelConfig(source: string): ModelConfig {
  const path = configPath(source) ?? source;
  if (!existsSync(path)) {
    throw new UsageError(
      `settings must be a bundled model's name (bcos-clip-x0, for instance), a model's folder or a JSON file; got ${path}`,
    );
  }
  return parseFile(path, (bytes) => {
    const value = parseJson(bytes);
    try {
      return isAuthorsForm(value) ? fromAuthorsModel(value, nameOf(path)) : parseModelConfig(value);
    } catch (error) {
      throw error instanceof UsageError ? new InputError(error.message) : error;
    }
  });
}

/** The authors' files have no name but their own: `v2-bcos-x0o` of `configs/v2-bcos-x0o.json`. */
function nameOf(path: string): string {
  const name = basename(path)
    .replace(/\.json$/i, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
  return name || "imported";
}

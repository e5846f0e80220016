import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InputError } from "../src/errors.js";
import { median } from "./engine.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/** Eight words of the emoji grammar. */
export const prompt = "a penguin wearing a green hat on grass";

/** Loaded into the measured process: its largest resident memory in KiB goes to descriptor 3 when it ends. */
const reportMemory = `data:text/javascript,${encodeURIComponent(
  'import { writeSync } from "node:fs"; process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)));',
)}`;

export interface Generation {
  /** Median from process start to process end, all files written. */
  readonly seconds: number;
  readonly peak_mb: number;
}

/** Draws a picture of 25 steps with the built command, three times. Throws InputError if the command fails. */
export function generation(model: string, more: readonly string[]): Generation {
  const folder = mkdtempSync(join(tmpdir(), "pellucid-bench-"));
  const command = [
    main,
    "generate",
    prompt,
    "--model",
    model,
    "--out",
    join(folder, "out"),
    "--quiet",
    ...more,
  ];
  try {
    const runs = Array.from({ length: 3 }, () => measured(command));
    return {
      seconds: Number(median(runs.map(({ seconds }) => seconds)).toFixed(2)),
      peak_mb: Math.round(Math.max(...runs.map(({ peak_mb }) => peak_mb))),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function measured(command: readonly string[]): Generation {
  const start = performance.now();
  const { status, output } = spawnSync(process.execPath, ["--import", reportMemory, ...command], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
    encoding: "utf8",
  });
  if (status !== 0) throw new InputError("generate failed; its own message is above");
  return { seconds: (performance.now() - start) / 1000, peak_mb: Number(output[3]) / 1024 };
}

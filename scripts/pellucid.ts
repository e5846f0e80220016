import { spawnSync } from "node:child_process";

/** Runs the built command line with these words and returns what it prints; ends this process with its exit code if it fails. */
export function pellucid(words: readonly string[]): string {
  process.stderr.write(`pellucid ${words.join(" ")}\n`);
  const { status, stdout } = spawnSync(process.execPath, ["dist/cli/main.js", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
  });
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}

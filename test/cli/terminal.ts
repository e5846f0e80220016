import type { Io, Output } from "../../src/cli/io.js";

/** An Io that keeps what is written; `isTTY` makes stderr a terminal. */
export function collectIo(isTTY = false, env: Io["env"] = {}) {
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written, extra: Partial<Output> = {}): Output => ({
    ...extra,
    write: (text) => {
      written[name] += text;
    },
  });
  const controller = new AbortController();
  const io: Io = {
    stdout: output("stdout"),
    stderr: output("stderr", { isTTY, columns: 80 }),
    signal: controller.signal,
    env,
  };
  return { io, written, controller };
}

import { InputError } from "../errors.js";
import type { CommandEntry } from "./commands.js";
import { dispatch } from "./dispatch.js";
import { EXIT, reportFailure } from "./failure.js";
import type { Io } from "./io.js";

/** Runs the command that this process was started with, and sets its exit code: 0, 1, 2, 3 or 130. */
export async function runProgram(commands: readonly CommandEntry[]): Promise<void> {
  const controller = new AbortController();
  const io: Io = {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
    env: process.env,
  };
  cancelOnSignals(controller);
  endOnStreamErrors(io);
  process.on("uncaughtException", (error) => process.exit(reportFailure(error, io)));
  try {
    await dispatch(process.argv.slice(2), commands, io);
  } catch (error) {
    process.exitCode = reportFailure(error, io);
  }
}

/** The first signal lets the command end cleanly, the second doesn't wait for it. */
function cancelOnSignals(controller: AbortController): void {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.cancelled);
      controller.abort();
    });
  }
}

function endOnStreamErrors(io: Io): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // a reader such as `head` that has seen enough is no failure
    if (error.code === "EPIPE") process.exit(EXIT.success);
    process.exit(
      reportFailure(new InputError(`cannot write to stdout: ${error.code}; direct it elsewhere`), io),
    );
  });
  process.stderr.on("error", () => {}); // there is nobody left to tell
}

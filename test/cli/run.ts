import { COMMANDS } from "../../src/cli/commands.js";
import { dispatch } from "../../src/cli/dispatch.js";
import { reportFailure } from "../../src/cli/failure.js";
import type { Io } from "../../src/cli/io.js";
import { collectIo } from "./terminal.js";

/** What a command line comes to, run in this process. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `pellucid` with these words. */
export async function pellucid(...words: string[]): Promise<Outcome> {
  const { io, written } = collectIo();
  return { code: await exitCode(words, io), ...written };
}

/** Runs `pellucid` on a terminal where Ctrl-C is pressed as soon as there is anything to see. */
export async function interrupted(...words: string[]): Promise<Outcome> {
  const { io, written, controller } = collectIo(true);
  const write = (text: string) => {
    controller.abort();
    return io.stderr.write(text);
  };
  return { code: await exitCode(words, { ...io, stderr: { ...io.stderr, write } }), ...written };
}

/** Runs `pellucid`, where Ctrl-C is pressed when `controller` is aborted. */
export async function stoppedBy(controller: AbortController, ...words: string[]): Promise<Outcome> {
  const { io, written } = collectIo();
  return { code: await exitCode(words, { ...io, signal: controller.signal }), ...written };
}

async function exitCode(words: readonly string[], io: Io): Promise<number> {
  try {
    await dispatch(words, COMMANDS, io);
    return 0;
  } catch (error) {
    return reportFailure(error, io);
  }
}

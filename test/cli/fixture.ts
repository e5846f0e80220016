import { setTimeout as sleep } from "node:timers/promises";
import { defineCommand } from "../../src/cli/command.js";
import { runProgram } from "../../src/cli/program.js";
import { InputError, throwIfCancelled } from "../../src/errors.js";

const simple = (run: Parameters<typeof defineCommand>[0]["run"]) =>
  defineCommand({ positionals: {}, options: {}, examples: [], run });

// a program of commands that fail in every way, run as a process of its own by program.test.ts
const commands = {
  fail: simple(async () => {
    throw new InputError("the model is missing\nits folder too; choose another");
  }),
  reject: simple(async () => {
    void Promise.reject(new TypeError("nobody waits"));
    await sleep(10_000);
  }),
  work: simple(async (_values, { stdout, signal }) => {
    stdout.write("working\n");
    for (;;) {
      await sleep(10);
      throwIfCancelled(signal);
    }
  }),
  stubborn: simple(async (_values, { stdout, signal }) => {
    signal.addEventListener("abort", () => stdout.write("not yet\n"));
    stdout.write("working\n");
    await sleep(60_000);
  }),
  flood: simple(async (_values, { stdout }) => {
    for (;;) {
      stdout.write("y\n".repeat(10_000));
      await sleep(0);
    }
  }),
};

await runProgram(
  Object.entries(commands).map(([name, command]) => ({ name, summary: "", load: async () => command })),
);

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { reportFailure } from "../../src/cli/failure.js";
import { CancelledError, InputError, UsageError } from "../../src/errors.js";
import { collectIo } from "./terminal.js";

function report(error: unknown, env = {}) {
  const { io, written } = collectIo(false, env);
  return [reportFailure(error, io), written.stderr];
}

test("each kind of failure has its exit code and one line", () => {
  assert.deepEqual(report(new UsageError("no such option")), [2, "pellucid: no such option\n"]);
  assert.deepEqual(report(new InputError("no model\r\n  there\n")), [1, "pellucid: no model there\n"]);
  assert.deepEqual(report(new CancelledError("?")), [130, "pellucid: cancelled\n"]);
  assert.deepEqual(report(new TypeError("a bug")), [1, "pellucid: unexpected error: a bug\n"]);
  assert.deepEqual(report("no error at all"), [1, "pellucid: unexpected error: no error at all\n"]);
});

test("PELLUCID_DEBUG=1 adds where a failure happened", () => {
  const [code, text] = report(new TypeError("a bug"), { PELLUCID_DEBUG: "1" });
  assert.equal(code, 1);
  assert.match(String(text), /^pellucid: unexpected error: a bug\nTypeError: a bug\n +at .*failure\.test/);
});

test("what Node's own functions throw at Ctrl-C is a cancellation, and no abort without it is", async () => {
  const { io, written, controller } = collectIo();
  const waiting = sleep(60_000, undefined, { signal: controller.signal });
  controller.abort();
  const error: unknown = await waiting.catch((reason) => reason);
  assert.equal(reportFailure(error, io), 130);
  assert.equal(written.stderr, "pellucid: cancelled\n");
  assert.equal(report(error)[0], 1);
});

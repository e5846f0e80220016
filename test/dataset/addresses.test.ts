import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isPublic, permittedAddresses } from "../../src/dataset/download/addresses.js";
import { retryAfter, withRetries } from "../../src/dataset/download/retries.js";
import { ImageFailure } from "../../src/dataset/image-failure.js";

describe("addresses", () => {
  for (const address of ["93.184.216.34", "8.8.8.8", "2606:2800:220:1::1", "::ffff:8.8.8.8"]) {
    test(`${address} is public`, () => assert.equal(isPublic(address), true));
  }
  for (const address of [
    "127.0.0.1",
    "127.9.9.9",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "localhost",
    "",
  ]) {
    test(`${JSON.stringify(address)} is not`, () => assert.equal(isPublic(address), false));
  }

  test("of a host with public and private ones, the public alone", async () => {
    const resolve = async () => [
      { address: "10.0.0.1", family: 4 },
      { address: "8.8.8.8", family: 4 },
    ];
    assert.deepEqual(await permittedAddresses("x.test", resolve, isPublic), [
      { address: "8.8.8.8", family: 4 },
    ]);
  });

  for (const url of [
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f.0.0.1/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
  ]) {
    test(`${url} is the loopback, however it is written`, async () => {
      const unasked = async () => assert.fail("no name to look up");
      await assert.rejects(
        permittedAddresses(new URL(url).hostname, unasked, isPublic),
        (error) => error instanceof ImageFailure && error.reason === "private address",
      );
    });
  }
});

describe("retries", () => {
  const signal = new AbortController().signal;
  const policy = { retries: 3, pause: 1, longestPause: 20, uniform: () => 0.5 };
  const failing = (failure: ImageFailure) => {
    const calls = { count: 0 };
    const attempt = async (): Promise<never> => {
      calls.count++;
      throw failure;
    };
    return { calls, attempt };
  };

  for (const [what, failure, count] of [
    ["end where they can't help", new ImageFailure("status 404", ""), 1],
    ["end after as many as given", new ImageFailure("timeout", "", { afterMs: 0 }), 4],
    [
      "end where the server asks for too long a pause",
      new ImageFailure("status 429", "", { afterMs: 21 }),
      1,
    ],
  ] as const) {
    test(what, async () => {
      const { calls, attempt } = failing(failure);
      await assert.rejects(withRetries(attempt, policy, signal), failure);
      assert.equal(calls.count, count);
    });
  }

  test("wait as long as Retry-After says, in seconds or until a date", () => {
    const now = Date.UTC(2026, 0, 1);
    assert.equal(retryAfter("7", now).afterMs, 7000);
    assert.equal(retryAfter("Thu, 01 Jan 2026 00:00:09 GMT", now).afterMs, 9000);
    for (const none of [undefined, "", "soon", "Thu, 01 Jan 2015 00:00:00 GMT"]) {
      assert.equal(retryAfter(none, now).afterMs, 0);
    }
  });
});

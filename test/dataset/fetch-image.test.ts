import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { type FetchRules, fetchImage } from "../../src/dataset/download/fetch-image.js";
import { ImageFailure } from "../../src/dataset/image-failure.js";
import { startImageServer } from "./image-server.js";

const server = await startImageServer();
after(server.close);

const rules: FetchRules = {
  resolve: async () => [{ address: "127.0.0.1", family: 4 }],
  isPermitted: (address) => address === "127.0.0.1",
  connectTimeout: 60_000,
  timeout: 60_000,
  maxRedirects: 4,
  maxBytes: 100_000,
  forbidding: ["noai", "noimageai"],
  userAgent: "test",
};
const never = new AbortController().signal;
const fetched = (path: string, change: Partial<FetchRules> = {}) =>
  fetchImage(path.includes("//") ? path : server.url(path), { ...rules, ...change }, never);

describe("an image is fetched", () => {
  for (const path of ["/unsaid", "/twice", "/once", "/noindex", "/image/4", "/cut.jpg"]) {
    test(`from ${path}`, async () => assert.ok((await fetched(path)).length > 100));
  }

  test("in spite of noai, if that is to be ignored", async () => {
    assert.ok((await fetched("/noai", { forbidding: [] })).length > 100);
  });
});

describe("an image is not fetched from", () => {
  for (const [path, reason, isRetried] of [
    ["/endless", "too many bytes", false],
    ["/large", "too many bytes", false],
    ["/too-short", "cut off", true],
    ["/page", "wrong type", false],
    ["/noai", "not allowed (noai)", false],
    ["/noimageai", "not allowed (noai)", false],
    ["/loop", "too many redirects", false],
    ["/to-file", "not an http address", false],
    ["/to-inside", "private address", false],
    ["/missing", "status 404", false],
    ["/much-later", "status 429", true],
    ["/reset", "connection", true],
    ["/nonsense", "connection", false],
    ["ftp://x.test/a.jpg", "not an http address", false],
    ["//", "not an http address", false],
    ["http://127.0.0.2/", "private address", false],
    ["http://127.0.0.1:1/", "connection", true],
  ] as const) {
    test(`${path}: ${reason}${isRetried ? ", which may pass" : ""}`, async () => {
      const error = await fetched(path).catch((thrown: unknown) => thrown);
      assert.ok(error instanceof ImageFailure, String(error));
      assert.deepEqual([error.reason, error.retry !== undefined], [reason, isRetried]);
    });
  }

  test("a server that doesn't answer", async () => {
    const error = await fetched("/slow", { timeout: 50 }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ImageFailure && error.reason === "timeout" && error.retry !== undefined);
  });

  test("an encrypted address whose server doesn't encrypt", async () => {
    const error = await fetched(`https://127.0.0.1:${server.port}/unsaid`).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ImageFailure && error.reason === "encryption", String(error));
  });

  test("a host that isn't found", async () => {
    const resolve = async () => {
      throw Object.assign(new Error(), { code: "ENOTFOUND" });
    };
    const error = await fetched("http://x.test/", { resolve }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ImageFailure && error.reason === "host not found" && !error.retry);
  });

  test("a host whose name nobody answers for", async () => {
    const resolve = () => new Promise<never>(() => {});
    const error = await fetched("http://x.test/", { resolve, connectTimeout: 20 }).catch((e: unknown) => e);
    assert.ok(error instanceof ImageFailure && error.reason === "timeout" && error.retry !== undefined);
  });
});

test("a connection goes to the address that was checked, though the name now has another", async () => {
  const answers = ["127.0.0.1", "127.0.0.2"];
  const resolve = async () => [{ address: answers.shift() ?? "127.0.0.2", family: 4 }];
  assert.ok((await fetched(`http://x.test:${server.port}/unsaid`, { resolve })).length > 100);
  assert.deepEqual(answers, ["127.0.0.2"]); // asked once
  const error = await fetched(`http://x.test:${server.port}/unsaid`, { resolve }).catch((e: unknown) => e);
  assert.ok(error instanceof ImageFailure && error.reason === "private address");
});

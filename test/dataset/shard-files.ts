import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unpackTar } from "modern-tar";

/** Names and digests of all files of a folder. */
export const digests = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
      ]),
  );

/** All files of all shards of a folder, by name; none may be there twice. */
export async function shardFiles(folder: string): Promise<Map<string, Uint8Array>> {
  const entries = new Map<string, Uint8Array>();
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith(".tar"))
    .sort()) {
    for (const { header, data } of await unpackTar(readFileSync(join(folder, name)), { strict: true })) {
      assert.ok(!entries.has(header.name), `${header.name} twice`);
      entries.set(header.name, data ?? new Uint8Array());
    }
  }
  return entries;
}

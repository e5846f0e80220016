import { createHash } from "node:crypto";
import type { ByteSource } from "../byte-source.js";

const PIECE = 2 ** 20;

/** SHA-256 of all bytes, in hexadecimal digits. */
export async function fileDigest(source: ByteSource): Promise<string> {
  const hash = createHash("sha256");
  for (let at = 0; at < source.size; at += PIECE) {
    hash.update(await source.read(at, Math.min(at + PIECE, source.size)));
  }
  return hash.digest("hex");
}

import { setTimeout as wait } from "node:timers/promises";
import { type ByteSource, checkRange } from "../byte-source.js";
import { InputError, throwIfCancelled } from "../errors.js";

/** A request asks for no more than this, so that a failed one is quickly repeated. */
const PIECE = 8 * 2 ** 20;

const ATTEMPTS = 4;

/** A request that takes longer, in milliseconds, is given up. */
const TIMEOUT = 60_000;

/**
 * The bytes of a file on a server that answers range requests. Every piece must come from the same version of it: size
 * and ETag are compared.
 * Throws InputError if the server doesn't answer as it must, CancelledError when aborted.
 */
export async function openHttpSource(url: string, signal: AbortSignal): Promise<ByteSource> {
  const { size, tag } = await getPiece(url, 0, 1, signal);
  return {
    size,
    read: async (begin, end) => {
      checkRange(begin, end, size);
      const bytes = new Uint8Array(end - begin);
      for (let at = begin; at < end; at += PIECE) {
        const piece = await getPiece(url, at, Math.min(at + PIECE, end), signal);
        if (piece.size !== size || piece.tag !== tag) {
          throw new InputError(`${url} changed while it was read; begin again`);
        }
        bytes.set(piece.bytes, at - begin);
      }
      return bytes;
    },
  };
}

interface Piece {
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly size: number;
  readonly tag: string | null;
}

/** Bytes `begin` to `end` (exclusive), asked for again if the network or the server fails. */
async function getPiece(url: string, begin: number, end: number, signal: AbortSignal): Promise<Piece> {
  for (let attempt = 1; ; attempt++) {
    throwIfCancelled(signal);
    try {
      return await requestPiece(url, begin, end, signal);
    } catch (error) {
      throwIfCancelled(signal);
      if (error instanceof InputError) throw error;
      if (attempt === ATTEMPTS) {
        throw new InputError(`cannot read ${url} from byte ${begin}: ${reasonOf(error)}; check the address`);
      }
      await wait(250 * 2 ** attempt, undefined, { signal });
    }
  }
}

async function requestPiece(url: string, begin: number, end: number, signal: AbortSignal): Promise<Piece> {
  const response = await fetch(url, {
    headers: { range: `bytes=${begin}-${end - 1}`, "accept-encoding": "identity" },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
  });
  const { status, headers } = response;
  const refuse = async (error: Error): Promise<never> => {
    await response.body?.cancel();
    throw error;
  };
  if (status >= 500 || status === 429) return refuse(new Error(`status ${status}`));
  if (status === 416) return refuse(new InputError(`${url} must not be empty; copy it again`));
  if (status !== 206) {
    const cure = status === 200 ? "download it, for its server gives no ranges" : "check the address";
    return refuse(
      new InputError(`${url} must answer range requests with status 206; got ${status}; ${cure}`),
    );
  }
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  if (Number(range?.[1]) !== begin || Number(range?.[2]) !== end - 1) {
    return refuse(new InputError(`${url} answered with other bytes than were asked for; download it`));
  }
  const bytes = await bodyOf(response, end - begin);
  return { bytes, size: Number(range?.[3]), tag: headers.get("etag") };
}

/** Exactly `length` bytes: a server that sends more is cut off. */
async function bodyOf(response: Response, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  for await (const chunk of response.body ?? []) {
    if (filled + chunk.length > length) throw new Error("more bytes than it said");
    bytes.set(chunk, filled);
    filled += chunk.length;
  }
  if (filled < length) throw new Error("fewer bytes than it said");
  return bytes;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}

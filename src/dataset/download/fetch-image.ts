import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { ImageFailure } from "../image-failure.js";
import { connectionFailure, type Reach, request } from "./request.js";
import { retryAfter } from "./retries.js";

/** What is fetched, and what not. */
export interface FetchRules extends Reach {
  /** For one attempt with all its redirects, in milliseconds. */
  readonly timeout: number;
  readonly maxRedirects: number;
  readonly maxBytes: number;
  /** Words of X-Robots-Tag that forbid to take an image. */
  readonly forbidding: readonly string[];
}

/**
 * The bytes of an image, in one attempt. Every redirect is checked as the first address is.
 * Throws ImageFailure; what `signal` was aborted with when it is aborted.
 */
export async function fetchImage(
  address: string,
  rules: FetchRules,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const expiring = new AbortController();
  const late = new ImageFailure("timeout", `not done in ${rules.timeout} ms`, { afterMs: 0 });
  const timer = setTimeout(() => expiring.abort(late), rules.timeout);
  const either = AbortSignal.any([signal, expiring.signal]);
  try {
    const response = await follow(parseAddress(address), rules, either);
    try {
      checkAnswer(response, rules);
      return await bodyOf(response, rules.maxBytes);
    } finally {
      response.destroy();
    }
  } catch (error) {
    throw either.aborted ? either.reason : connectionFailure(error);
  } finally {
    clearTimeout(timer);
  }
}

/** The answer at the end of the redirects. */
async function follow(first: URL, rules: FetchRules, signal: AbortSignal): Promise<IncomingMessage> {
  let url = first;
  for (let hop = 0; hop <= rules.maxRedirects; hop++) {
    const response = await request(url, rules, signal);
    const { location } = response.headers;
    if (!REDIRECTS.has(response.statusCode ?? 0) || location === undefined) return response;
    response.destroy();
    checkRobots(response.headers, rules.forbidding);
    url = parseAddress(location, url);
  }
  throw new ImageFailure("too many redirects", `more than ${rules.maxRedirects}`);
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

function parseAddress(text: string, base?: URL): URL {
  if (URL.canParse(text, base?.href)) return new URL(text, base);
  throw new ImageFailure("not an http address", text.slice(0, 200));
}

function checkAnswer({ statusCode, headers }: IncomingMessage, rules: FetchRules): void {
  if (statusCode !== 200) {
    const retry = PASSING.has(statusCode ?? 0) ? retryAfter(headers["retry-after"], Date.now()) : undefined;
    throw new ImageFailure(`status ${statusCode ?? 0}`, "", retry);
  }
  checkRobots(headers, rules.forbidding);
  const type = (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase();
  if (!type.startsWith("image/") && !UNSAID.has(type))
    throw new ImageFailure("wrong type", type.slice(0, 100));
  const length = Number(headers["content-length"] ?? 0);
  if (length > rules.maxBytes) throw new ImageFailure("too many bytes", `${length}`);
}

/** Answers that may be another one later: time-outs, too many requests, a server in trouble. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What servers say of a file whose type they don't know; its first bytes decide. */
const UNSAID: ReadonlySet<string> = new Set(["", "application/octet-stream", "binary/octet-stream"]);

/** A word counts whichever crawler it is addressed to. */
function checkRobots(headers: IncomingHttpHeaders, forbidding: readonly string[]): void {
  const words = String(headers["x-robots-tag"] ?? "")
    .toLowerCase()
    .split(/[\s,:]+/);
  const found = forbidding.find((word) => words.includes(word));
  if (found !== undefined) throw new ImageFailure("not allowed (noai)", found);
}

/** The whole body; one that grows too large is given up at once. */
async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError("a body in bytes is expected");
      length += chunk.length;
      if (length > maxBytes) throw new ImageFailure("too many bytes", `more than ${maxBytes}`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ImageFailure || response.complete) throw error;
    throw new ImageFailure("cut off", `after ${length} bytes`, { afterMs: 0 });
  }
  return Buffer.concat(chunks);
}

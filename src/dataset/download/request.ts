import { get as getPlain, type IncomingMessage } from "node:http";
import { get as getEncrypted } from "node:https";
import { codeOf } from "../../files/file-error.js";
import { ImageFailure } from "../image-failure.js";
import { permittedAddresses, pinned, type Resolve } from "./addresses.js";

/** How a server is reached. */
export interface Reach {
  readonly resolve: Resolve;
  readonly isPermitted: (address: string) => boolean;
  /** Until a connection stands, in milliseconds. */
  readonly connectTimeout: number;
  readonly userAgent: string;
}

/**
 * A server's answer, its body still to come; redirects are not followed.
 * Throws ImageFailure if there is none; what `signal` was aborted with when it is aborted.
 */
export async function request(url: URL, reach: Reach, signal: AbortSignal): Promise<IncomingMessage> {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new ImageFailure("not an http address", url.protocol);
  }
  const connecting = new AbortController();
  const late = new ImageFailure("timeout", `no connection in ${reach.connectTimeout} ms`, { afterMs: 0 });
  const timer = setTimeout(() => connecting.abort(late), reach.connectTimeout);
  const either = AbortSignal.any([signal, connecting.signal]);
  try {
    const found = permittedAddresses(url.hostname, reach.resolve, reach.isPermitted);
    const addresses = await orAborted(found, either);
    return await new Promise<IncomingMessage>((resolve, reject) => {
      const get = url.protocol === "https:" ? getEncrypted : getPlain;
      const sent = get(url, {
        // a connection of its own, so that none is ever reused for a host that was not checked
        agent: false,
        lookup: pinned(addresses),
        signal: either,
        headers: { "user-agent": reach.userAgent, accept: "image/*", "accept-encoding": "identity" },
      });
      sent.on("socket", (socket) => {
        socket.once(url.protocol === "https:" ? "secureConnect" : "connect", () => clearTimeout(timer));
      });
      sent.once("response", resolve);
      sent.on("error", reject);
    });
  } catch (error) {
    throw either.aborted ? either.reason : connectionFailure(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects with the reason for it as soon as the signal is aborted. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = rejecter();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
    work.catch(() => {}); // nobody waits for it any more
  }
}

function rejecter(): { readonly promise: Promise<never>; readonly reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<never>((_, no) => {
    reject = no;
  });
  return { promise, reject };
}

/** What an error of the network means; one that is none of the network's comes back as it is. */
export function connectionFailure(error: unknown): unknown {
  const code = codeOf(error);
  if (error instanceof ImageFailure || code === undefined) return error;
  if (code === "ENOTFOUND" || code === "ENODATA") return new ImageFailure("host not found", code);
  if (code === "EAI_AGAIN") return new ImageFailure("host not found", code, { afterMs: 0 });
  if (ENCRYPTION.test(code)) return new ImageFailure("encryption", code);
  if (code.startsWith("HPE_") || code === "ERR_INVALID_URL") return new ImageFailure("connection", code);
  return new ImageFailure("connection", code, { afterMs: 0 });
}

/** Certificates and handshakes, as Node and OpenSSL name what is wrong with them. */
const ENCRYPTION = /CERT|^ERR_TLS|^ERR_SSL|^EPROTO$|^UNABLE_TO|SIGNATURE|^HOSTNAME/;

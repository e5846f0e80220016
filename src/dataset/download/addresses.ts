import { promises as dns, type LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";
import { ImageFailure } from "../image-failure.js";

/** The addresses of a host. Rejects with an error whose code says why there are none. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/** As every other program on this machine finds them. */
export const systemResolve: Resolve = (host) => dns.lookup(host, { all: true });

/** Whether an address is one of the public internet: neither private, loopback, link-local nor set aside otherwise. */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/** The addresses that a host may be reached at, never none. Throws ImageFailure if it has no such. */
export async function permittedAddresses(
  host: string,
  resolve: Resolve,
  isPermitted: (address: string) => boolean,
): Promise<readonly LookupAddress[]> {
  const bare = host.replace(/^\[(.*)\]$/, "$1");
  const addresses = ipaddr.isValid(bare)
    ? [{ address: bare, family: ipaddr.parse(bare).kind() === "ipv6" ? 6 : 4 }]
    : await resolve(bare);
  const permitted = addresses.filter(({ address }) => isPermitted(address));
  if (permitted.length > 0) return permitted;
  if (addresses.length === 0) throw new ImageFailure("host not found", host);
  throw new ImageFailure(
    "private address",
    `${host} is ${addresses.map(({ address }) => address).join(", ")}`,
  );
}

/** Answers every look-up with these addresses, so that a connection goes to what was checked and nowhere else. */
export function pinned(addresses: readonly LookupAddress[]): LookupFunction {
  return (_host, options, answer) => {
    if (options.all) answer(null, [...addresses]);
    else answer(null, addresses[0]!.address, addresses[0]!.family);
  };
}

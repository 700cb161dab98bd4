/**
 * Addresses that mean this machine or the link that it hangs on: a server elsewhere that redirects there would have
 * us ask what it cannot reach itself, such as the metadata service of a cloud.
 */

import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { isLoopback, sameOrigin } from '../../address.ts';

const INNER = new BlockList();
// Loopback, unspecified, link-local. IPv4 addresses within IPv6 ones are found by the same rules.
INNER.addSubnet('127.0.0.0', 8);
INNER.addSubnet('0.0.0.0', 8);
INNER.addSubnet('169.254.0.0', 16);
INNER.addAddress('::1', 'ipv6');
INNER.addAddress('::', 'ipv6');
INNER.addSubnet('fe80::', 10, 'ipv6');

/** The error of a lookup that leads inside. */
export class InnerAddressError extends Error {
  override readonly name = 'InnerAddressError';
  readonly address: string;
  constructor(address: string) {
    super(`${address} is an address of this machine`);
    this.address = address;
  }
}

export interface InnerAddresses {
  /** The inner address that the host of `url` is by its letters; undefined for others, and where such are allowed. */
  literal: (url: URL) => Promise<string | undefined>;
  /** Resolves names for connections to other origins than the API's; fails with an InnerAddressError. */
  lookup: LookupFunction;
}

/** Which inner addresses a redirect may lead to: any if the API's own is one, else none. */
export function guardInnerAddresses(
  api: URL,
  isDirect: (url: URL) => boolean,
  resolve: typeof dns.lookup = dns.lookup,
): InnerAddresses {
  let own: Promise<boolean> | undefined;
  const areAllowed = (): Promise<boolean> => (own ??= isInnerHost(api, isDirect, resolve));
  return {
    literal: async (url) => {
      if (sameOrigin(url, api) || !isInnerName(url) || (await areAllowed())) return undefined;
      return url.hostname;
    },
    lookup: (hostname, options, callback) => {
      resolve(hostname, options, (error, address, family) => {
        const inner = error === null ? [address].flat().map(addressOf).find(isInner) : undefined;
        if (inner === undefined) {
          callback(error, address, family);
          return;
        }
        void areAllowed().then((allowed) => {
          if (allowed) callback(null, address, family);
          else callback(new InnerAddressError(inner), '', 0);
        });
      });
    },
  };
}

function addressOf(found: string | dns.LookupAddress): string {
  return typeof found === 'string' ? found : found.address;
}

/** Through a proxy nobody here knows what a name resolves to: only its letters count. */
async function isInnerHost(api: URL, isDirect: (url: URL) => boolean, resolve: typeof dns.lookup): Promise<boolean> {
  if (isInnerName(api)) return true;
  if (!isDirect(api)) return false;
  return new Promise((done) => {
    resolve(bare(api.hostname), { all: true }, (error, found) => {
      done(error === null && found.some(({ address }) => isInner(address)));
    });
  });
}

function isInnerName(url: URL): boolean {
  const host = bare(url.hostname);
  return isLoopback(url) || isInner(host) || host === 'localhost' || host.endsWith('.localhost');
}

function isInner(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && INNER.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function bare(host: string): string {
  return host.replace(/^\[|\]$|\.$/g, '');
}

/** Which proxy an address is reached through, by the settings of the run. Opens no connection. */

import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { Failure } from '../../../core/errors.ts';
import type { ProxySettings } from '../../../core/proxy-settings.ts';
import { isLoopback } from '../../address.ts';

/** Undefined: the address is asked directly. Fails with `usage` on a setting that is not a proxy's address. */
export function proxyFor(url: URL, settings: ProxySettings): URL | undefined {
  const [name, given = ''] =
    url.protocol === 'https:' ? ['https_proxy', settings.https] : ['http_proxy', settings.http];
  const text = given.trim();
  if (text === '' || isLoopback(url) || isExempt(url, settings.no ?? '')) return undefined;
  const proxy = addressOf(text);
  if (proxy !== undefined) return proxy;
  throw new Failure('usage', `The environment's ${name} is not the address of an http or https proxy`, {
    hint: `Set ${name} to http://HOST:PORT, or add the GitLab host to no_proxy.`,
  });
}

function addressOf(text: string): URL | undefined {
  // `proxy:3128` parses as a URL of the scheme `proxy:`.
  const address = text.includes('://') ? text : `http://${text}`;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const proxy = new URL(address);
  try {
    // Node decodes them when it connects, and says what is wrong in words that hold them.
    decodeURIComponent(proxy.username + proxy.password);
  } catch {
    return undefined;
  }
  return proxy;
}

/**
 * By `no_proxy`, whose entries curl and Go read differently: what either of them takes for an exemption
 * is one. `*`, `host` (with its subdomains), `.host` (the same), `*.host` (its subdomains), an address,
 * a block of addresses; each but the last also with a port. Separated by commas or blanks.
 */
function isExempt(url: URL, list: string): boolean {
  const host = bareName(url.hostname);
  const port = Number(url.port === '' ? defaultPort(url) : url.port);
  return list.split(/[\s,]+/).some((entry) => entry !== '' && covers(entry, host, port));
}

function covers(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  const block = /^(.+)\/(\d{1,3})$/.exec(entry);
  if (block !== null) return isWithin(host, block[1] ?? '', Number(block[2]));
  const [name, onlyPort] = splitPort(entry);
  if (onlyPort !== undefined && onlyPort !== port) return false;
  const bits = bitsOf(name);
  if (bits !== undefined) return isWithin(host, name, bits);
  if (isIP(host) !== 0) return false;
  const domain = domainToASCII(bareName(name.replace(/^\*?\./, '')));
  if (domain === '') return false;
  return host.endsWith(`.${domain}`) || (host === domain && !name.startsWith('*.'));
}

/** `host`, `host:port`, `::1`, `[::1]` or `[::1]:port`. */
function splitPort(entry: string): [name: string, port: number | undefined] {
  if (isIP(entry) !== 0) return [entry, undefined];
  const [, address, name = '', port] = /^(?:\[([^\]]*)\]|(.*?))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  return [address ?? name, port === undefined ? undefined : Number(port)];
}

function isWithin(host: string, network: string, bits: number): boolean {
  const most = bitsOf(network);
  const family = isIP(host);
  if (most === undefined || family === 0 || bits > most) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, most === 32 ? 'ipv4' : 'ipv6');
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

function bitsOf(address: string): 32 | 128 | undefined {
  const family = isIP(address);
  if (family === 0) return undefined;
  return family === 4 ? 32 : 128;
}

function bareName(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}

function defaultPort(url: URL): number {
  return url.protocol === 'https:' ? 443 : 80;
}

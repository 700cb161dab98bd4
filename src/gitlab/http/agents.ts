/** Connections: one keep-alive agent for each origin, through the proxy that the environment names. */

import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import tls from 'node:tls';
import { getProxyUrl } from '@actions/http-client';
import { Failure } from '../../core/errors.ts';

/** Servers close idle connections after 5 s (Node, Apache) or more; before that ours are gone, so that few go stale. */
const IDLE_MS = 4_000;

export interface Route {
  agent: http.Agent;
  /** Host and port of the proxy in between, without credentials. */
  proxy: string | undefined;
  /** How many requests so far went over a connection that another had used. */
  reuses: () => number;
}

export interface Agents {
  route: (url: URL) => Route;
  /** Closes the idle connections to an origin: when one was stale, the others are no younger. */
  dropIdle: (url: URL) => void;
  close: () => void;
}

/** `ca`: PEM of authorities, added to those that Node trusts. Fails with `usage` if it is none. */
export function createAgents(options: { ca?: string | undefined }): Agents {
  const secureContext = options.ca === undefined ? undefined : contextWith(options.ca);
  const routes = new Map<string, Route>();
  function route(url: URL): Route {
    const known = routes.get(url.origin);
    if (known !== undefined) return known;
    const fresh = createRoute(url, secureContext);
    routes.set(url.origin, fresh);
    return fresh;
  }
  return {
    route,
    dropIdle: (url) => {
      const sockets = Object.values(route(url).agent.freeSockets).flat();
      for (const socket of sockets) socket?.destroy();
    },
    close: () => {
      for (const { agent } of routes.values()) agent.destroy();
    },
  };
}

function createRoute(url: URL, secureContext: tls.SecureContext | undefined): Route {
  const proxy = proxyFor(url);
  // Node's own agents reuse connections through a proxy too; http-client's tunnel opens a new one each time.
  const shared = {
    keepAlive: true,
    ...(proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy.href, HTTPS_PROXY: proxy.href } }),
  };
  const agent =
    url.protocol === 'https:'
      ? // Said aloud, or NODE_TLS_REJECT_UNAUTHORIZED=0 would switch the check off.
        new https.Agent({ ...shared, rejectUnauthorized: true, ...(secureContext && { secureContext }) })
      : new http.Agent(shared);
  return { agent, proxy: proxy?.host, reuses: tend(agent) };
}

/** Closes connections that idle too long, and counts reuse: http-client does not show its request. */
function tend(agent: http.Agent): () => number {
  let reuses = 0;
  const keep: (socket: Duplex) => unknown = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  agent.keepSocketAlive = (socket: Duplex) => {
    // Node answers false when the server's Keep-Alive hint leaves no time; its types do not know that.
    const kept = keep(socket);
    if (socket instanceof Socket) socket.setTimeout(IDLE_MS);
    return kept;
  };
  agent.reuseSocket = (socket: Duplex, request: http.ClientRequest) => {
    reuses += 1;
    if (socket instanceof Socket) socket.setTimeout(0);
    reuse(socket, request);
  };
  return () => reuses;
}

/** The proxy for an origin by `http_proxy`, `https_proxy` and `no_proxy`; none for loopback. */
function proxyFor(url: URL): URL | undefined {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  let given: string;
  try {
    given = getProxyUrl(url.href);
  } catch (cause) {
    throw badProxy(name, cause);
  }
  if (given === '') return undefined;
  // `proxy:3128` parses as a URL of the scheme `proxy:`.
  const address = given.includes('://') ? given : `http://${given}`;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) throw badProxy(name);
  return new URL(address);
}

function badProxy(name: string, cause?: unknown): Failure {
  return new Failure('usage', `The environment's ${name} is no address of an http or https proxy`, {
    hint: `Set ${name} to http://HOST:PORT, or add the GitLab host to no_proxy.`,
    cause,
  });
}

function contextWith(ca: string): tls.SecureContext {
  const certificates = ca.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  try {
    if (certificates.length === 0) throw new Error('no certificate found');
    for (const pem of certificates) new X509Certificate(pem);
    // Node takes a broken certificate here without a word, hence the look at each above.
    return tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ...certificates] });
  } catch (cause) {
    throw new Failure('usage', 'ca-file holds no readable PEM certificate', {
      hint: 'It has lines "-----BEGIN CERTIFICATE-----" and "-----END CERTIFICATE-----"; give that file or its text. Where the input is not given, CI_SERVER_TLS_CA_FILE or SSL_CERT_FILE names the file.',
      cause,
    });
  }
}

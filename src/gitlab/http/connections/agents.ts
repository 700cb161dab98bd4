/** Connections: one keep-alive agent for each origin, through the proxy that the run's settings name. */

import { X509Certificate } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import tls from 'node:tls';
import { Failure } from '../../../core/errors.ts';
import type { ProxySettings } from '../../../core/proxy-settings.ts';
import { proxyFor } from './proxy.ts';

/** So many connections closed before their next use, and not one in ten used again: this server keeps none. */
const STALE_ENOUGH = 3;
const USED_AGAIN = 10;

/** Servers close idle connections after 5 s (Node, Apache) or more; before that ours are gone, so that few go stale. */
const IDLE_MS = 4_000;

interface Route {
  agent: http.Agent;
  /** Host and port of the proxy in between, without credentials. */
  proxy: string | undefined;
  /** Answers that came over a connection that had been used before, and connections that were closed instead. */
  reuse: { well: number; stale: number };
}

export interface Agents {
  route: (url: URL) => Route;
  /** Closes the idle connections to an origin: when one was stale, the others are no younger. */
  dropIdle: (url: URL) => void;
  /** A connection was closed before it was used again: where that is the rule, none is kept any more. */
  wasStale: (url: URL) => void;
  wasReused: (url: URL) => void;
  close: () => void;
}

export interface AgentOptions {
  /** PEM of authorities, added to those that Node trusts. */
  ca?: string | undefined;
  proxy?: ProxySettings | undefined;
}

/** Fails with `usage` on a `ca` that holds no certificate. */
export function createAgents(options: AgentOptions): Agents {
  const secureContext = options.ca === undefined ? undefined : contextWith(options.ca);
  const routes = new Map<string, Route>();
  function route(url: URL): Route {
    const known = routes.get(url.origin);
    if (known !== undefined) return known;
    const fresh = createRoute(url, proxyFor(url, options.proxy ?? {}), secureContext);
    routes.set(url.origin, fresh);
    return fresh;
  }
  return {
    route,
    dropIdle: (url) => {
      const sockets = Object.values(route(url).agent.freeSockets).flat();
      for (const socket of sockets) socket?.destroy();
    },
    wasStale: (url) => {
      const { agent, reuse } = route(url);
      reuse.stale += 1;
      if (reuse.stale >= STALE_ENOUGH && reuse.well < reuse.stale * USED_AGAIN) agent.maxFreeSockets = 0;
    },
    wasReused: (url) => {
      route(url).reuse.well += 1;
    },
    close: () => {
      for (const { agent } of routes.values()) agent.destroy();
    },
  };
}

function createRoute(url: URL, proxy: URL | undefined, secureContext: tls.SecureContext | undefined): Route {
  // Node's own agents reuse connections through a proxy too; http-client's tunnel opens a new one each time.
  const shared = {
    keepAlive: true,
    ...(proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy.href, HTTPS_PROXY: proxy.href } }),
  };
  const agent =
    url.protocol === 'https:'
      ? // Without `rejectUnauthorized` NODE_TLS_REJECT_UNAUTHORIZED=0 would switch the check off.
        new https.Agent({ ...shared, rejectUnauthorized: true, ...(secureContext && { secureContext }) })
      : new http.Agent(shared);
  closeWhenIdle(agent);
  return { agent, proxy: proxy?.host, reuse: { well: 0, stale: 0 } };
}

/** Node's agents keep a connection until the server closes it: these do so before. */
function closeWhenIdle(agent: http.Agent): void {
  const keep: (socket: Duplex) => unknown = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  agent.keepSocketAlive = (socket: Duplex) => {
    // Node answers false when the server's Keep-Alive hint leaves no time; its types do not know that.
    const kept = keep(socket);
    if (socket instanceof Socket) socket.setTimeout(IDLE_MS);
    return kept;
  };
  agent.reuseSocket = (socket: Duplex, request: http.ClientRequest) => {
    if (socket instanceof Socket) socket.setTimeout(0);
    reuse(socket, request);
  };
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
      hint:
        'Without the input ca-file, CI_SERVER_TLS_CA_FILE or SSL_CERT_FILE names the file. ' +
        'Give a file, or its text, with lines "-----BEGIN CERTIFICATE-----" and "-----END CERTIFICATE-----".',
      cause,
    });
  }
}

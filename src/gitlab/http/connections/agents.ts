/** Connections: one keep-alive agent for each origin, through the proxy that the run's settings name. */

import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { Socket } from 'node:net';
import type { ProxySettings } from '../../../core/proxy-settings.ts';
import { sameOrigin } from '../../address.ts';
import { guardInnerAddresses, type InnerAddresses } from './inner-address.ts';
import { proxyFor } from './proxy.ts';
import { createTrust, type Trust, type TrustOptions } from './trust.ts';

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
  /** The address of this machine that a redirect leads to, where it must not; undefined for any other. */
  innerTarget: (url: URL) => Promise<string | undefined>;
  close: () => void;
}

export interface AgentOptions extends TrustOptions {
  api: URL;
  proxy?: ProxySettings | undefined;
}

/** Fails with `usage` on a `ca` that holds no certificate. */
export function createAgents(options: AgentOptions): Agents {
  const { api, proxy = {} } = options;
  const trust = createTrust(options);
  const inner = guardInnerAddresses(api, (url) => proxyFor(url, proxy) === undefined);
  const routes = new Map<string, Route>();
  function route(url: URL): Route {
    const known = routes.get(url.origin);
    if (known !== undefined) return known;
    const fresh = createRoute(url, proxyFor(url, proxy), sameOrigin(url, api) ? { trust } : { trust, inner });
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
    innerTarget: inner.literal,
    close: () => {
      for (const { agent } of routes.values()) agent.destroy();
    },
  };
}

/** `inner` is there for servers that the API redirects to. */
function createRoute(
  url: URL,
  proxy: URL | undefined,
  { trust, inner }: { trust: Trust; inner?: InnerAddresses },
): Route {
  // Node's own agents reuse connections through a proxy too; http-client's tunnel opens a new one each time.
  const shared = {
    keepAlive: true,
    ...(proxy === undefined ? {} : { proxyEnv: { HTTP_PROXY: proxy.href, HTTPS_PROXY: proxy.href } }),
    ...(proxy === undefined && inner !== undefined ? { lookup: inner.lookup } : {}),
  };
  const agent =
    url.protocol === 'https:'
      ? // Without `rejectUnauthorized` NODE_TLS_REJECT_UNAUTHORIZED=0 would switch the check off.
        new https.Agent({
          ...shared,
          rejectUnauthorized: true,
          secureContext: inner === undefined ? trust.own() : trust.others(),
        })
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

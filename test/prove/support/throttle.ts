/** A front that throttles as GitLab does: so many requests in each window of the clock, told with every answer. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Throttled {
  readonly apiUrl: string;
  /** Answers 429. */
  readonly refused: () => number;
  /** The most requests that one window let through. */
  readonly busiest: () => number;
  close(): Promise<void>;
}

export interface Throttle {
  readonly requests: number;
  readonly seconds: number;
}

/** Without a throttle every request goes through. */
export async function openThrottled(target: number, throttle: Throttle | undefined): Promise<Throttled> {
  const counts = new Map<number, number>();
  let refused = 0;
  const agent = new http.Agent({ keepAlive: true });
  const server = http.createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const told = throttle === undefined ? undefined : admit(throttle, counts);
    if (told?.isRefused === true) {
      refused += 1;
      request.resume();
      response.writeHead(429, { ...told.headers, 'Content-Type': 'text/plain' }).end('Retry later');
      return;
    }
    const onward = http.request({ host: '127.0.0.1', port: target, path: url, method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...told?.headers });
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
    refused: () => refused,
    busiest: () => Math.max(0, ...counts.values()),
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function admit({ requests, seconds }: Throttle, counts: Map<number, number>) {
  const period = seconds * 1000;
  const window = Math.floor(Date.now() / period);
  const reset = ((window + 1) * period) / 1000;
  const count = (counts.get(window) ?? 0) + 1;
  const isRefused = count > requests;
  counts.set(window, Math.min(count, requests));
  const headers = {
    'RateLimit-Limit': String(requests),
    'RateLimit-Name': 'throttle_authenticated_api',
    'RateLimit-Observed': String(count),
    'RateLimit-Remaining': String(Math.max(0, requests - count)),
    'RateLimit-Reset': String(reset),
  };
  const wait = { 'Retry-After': String(Math.ceil(reset - Date.now() / 1000)) };
  return { isRefused, headers: isRefused ? { ...headers, ...wait } : headers };
}

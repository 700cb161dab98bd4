/** A relay that holds each connection to so many bytes a second, as a proxy or a long line does, and counts them. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SlowRelay {
  /** Where clients go instead. */
  readonly origin: string;
  /** Bytes that went to clients. */
  readonly passed: () => number;
  close(): Promise<void>;
}

const TICK_MS = 10;

/** Stands in front of the server at `origin`. */
export async function openSlowRelay(origin: string, bytesPerSecond: number): Promise<SlowRelay> {
  const { hostname, port } = new URL(origin);
  const sockets = new Set<Socket>();
  const share = (bytesPerSecond * TICK_MS) / 1000;
  let passed = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
      socket.on('error', () => undefined);
    }
    client.pipe(upstream);
    let allowed = share;
    const clock = setInterval(() => {
      allowed = Math.min(allowed + share, 2 * share);
      // What the client has not taken is not sent on either.
      if (allowed > 0 && client.writableLength === 0) upstream.resume();
    }, TICK_MS);
    upstream.on('data', (chunk) => {
      allowed -= chunk.length;
      passed += chunk.length;
      client.write(chunk);
      if (allowed <= 0) upstream.pause();
    });
    client.once('close', () => {
      clearInterval(clock);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed: () => passed,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

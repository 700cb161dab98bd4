/** Proves that the relay between the programs and the registry loses no request itself: else a proof would wait for ever. */
import { expect, test } from '@jest/globals';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../support/until.ts';
import { passOn } from './support/relay.ts';

/** More than two sockets of this machine hold between them. */
const MORE_THAN_FITS = 64 * 1024 * 1024;

test('a client that dies while an answer has come whole, and waits for it to read, ends that answer', async () => {
  let outcome = 'waits';
  const relay = async (registry: number, response: ServerResponse): Promise<void> => {
    response.write(Buffer.alloc(MORE_THAN_FITS));
    const answer = await get(registry);
    const passing = passOn(answer, response).then(
      () => (outcome = 'passed'),
      () => (outcome = 'given up'),
    );
    await until(() => answer.complete && answer.readableLength > 0, passing);
    response.socket?.destroy();
  };
  await withServer(sendInPieces, (registry) =>
    withServer(
      (_, response) => void relay(registry, response),
      async (port) => {
        const client = connect(port, '127.0.0.1').on('error', () => undefined);
        client.write('GET / HTTP/1.1\r\nHost: relay\r\n\r\n');
        client.pause();
        await until(() => outcome !== 'waits', sleep(10_000, undefined, { ref: false }));
        client.destroy();
      },
    ),
  );
  expect(outcome).toBe('given up');
});

/** Several pieces in one packet: the first is passed on, the others wait. */
function sendInPieces(_: IncomingMessage, response: ServerResponse): void {
  const piece = '3e8\r\n'.concat('x'.repeat(1000), '\r\n');
  response.socket?.end(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${piece.repeat(5)}0\r\n\r\n`);
}

async function withServer(listener: http.RequestListener, work: (port: number) => Promise<void>): Promise<void> {
  const server = http.createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

function get(port: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    http.get({ port, host: '127.0.0.1', agent: new http.Agent({ keepAlive: true }) }, resolve).on('error', reject);
  });
}

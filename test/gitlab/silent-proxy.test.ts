import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Client } from '../../src/gitlab/types.ts';
import { clientOf, failureOf, opening } from './loopback.ts';

const API = new URL('https://gitlab.test/api/v4');
const FILE = new URL('https://gitlab.test/api/v4/f');
const SIZE = 2 * 1024 * 1024;

const SILENCES = [
  { proxy: 'answers nothing', scheme: 'http', said: '' },
  { proxy: 'does not end its answer', scheme: 'http', said: 'HTTP/1.1 200 Connec' },
  {
    proxy: 'opens a tunnel to a server that shakes no hands',
    scheme: 'http',
    said: 'HTTP/1.1 200 Connection established\r\n\r\n',
  },
  { proxy: 'is asked by TLS and shakes no hands', scheme: 'https', said: '' },
];

/** What the client itself tries again; a file's repetitions are for its sender or receiver. */
const CALLS: [string, (client: Client) => Promise<unknown>, number][] = [
  ['call', (client) => client.json('GET', '/x'), 1],
  ['HEAD', (client) => client.head(FILE), 1],
  ['download', (client) => client.getFile(FILE), 0],
  [
    'upload',
    (client) => client.putFile(FILE, { open: () => Promise.resolve(opening(Buffer.alloc(SIZE))()), size: SIZE }),
    0,
  ],
];

const sockets = new Set<Socket>();
let server: Server;
let said = '';

beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', () => socket.write(said));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await new Promise((resolve) => server.close(resolve));
});

describe.each(SILENCES)('behind a proxy that $proxy', (silence) => {
  function clientBehind(timeoutMs: number): ReturnType<typeof clientOf> {
    said = silence.said;
    const https = `${silence.scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return clientOf(API, { retries: 1, timeoutMs, proxy: { https } });
  }

  test.each(CALLS)('a %s is given up, and may be tried again', async (_, call, again) => {
    const { client, notes } = clientBehind(150);

    expect(await failureOf(call(client))).toMatchObject({ code: 'timeout', retryable: true });
    expect(notes).toHaveLength(again);
  });

  test.each(CALLS)('a %s ends with the run', async (_, call) => {
    const { client, stop } = clientBehind(60_000);
    const reason = new Error('stopped');
    server.once('connection', () => {
      stop.abort(reason);
    });

    expect(await failureOf(call(client))).toMatchObject({ code: 'interrupted', cause: reason });
  });
});

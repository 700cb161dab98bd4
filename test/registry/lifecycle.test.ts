/** Starting, stopping, whom it listens to, and clients that leave in the middle. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startRegistry, type RegistryOptions, type RunningRegistry } from '../../src/registry/server.ts';
import { ask } from '../contract/ask.ts';

const CONFIG = { projects: [{ id: 1, path: 'a/b', visibility: 'public' }], tokens: [{ token: 't', kind: 'personal' }] };
const FILE = '/api/v4/projects/1/packages/generic/pkg/1.0.0/f';
const HEADERS = { 'PRIVATE-TOKEN': 't' };

let folder: string;
const running: RunningRegistry[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-test-'));
});
afterEach(async () => {
  for (const registry of running.splice(0)) await registry.close();
  await rm(folder, { recursive: true });
});

async function start(options: RegistryOptions = {}): Promise<RunningRegistry> {
  const registry = await startRegistry({ port: 0, config: CONFIG, record: true, ...options });
  running.push(registry);
  return registry;
}

const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('the handle', () => {
  test('without a config names one private project and a token of each kind that works', async () => {
    const registry = await startRegistry({ port: 0 });
    running.push(registry);
    expect(registry.project).toEqual({ id: 1, path: 'demo/widget' });
    const personal = registry.tokens.find(({ kind }) => kind === 'personal')?.token ?? '';
    const path = '/api/v4/projects/1/packages/generic/pkg/1.0.0/f';
    expect((await ask(registry.url, 'PUT', path, { headers: { 'PRIVATE-TOKEN': personal }, body: 'x' })).status).toBe(
      201,
    );
    for (const { kind, token } of registry.tokens) {
      const header = { personal: 'PRIVATE-TOKEN', job: 'JOB-TOKEN', deploy: 'DEPLOY-TOKEN', oauth: 'Authorization' }[
        kind
      ];
      const value = kind === 'oauth' ? `Bearer ${token}` : token;
      expect((await ask(registry.url, 'GET', path, { headers: { [header]: value } })).status).toBe(200);
    }
    expect(registry.requests).toEqual([]);
  });

  test('records what came, when asked to', async () => {
    const registry = await start({ latency: 30 });
    await Promise.all(
      Array.from({ length: 5 }, () =>
        ask(registry.url, 'GET', `${FILE}?private_token=t`, { headers: { 'JOB-TOKEN': 'x' } }),
      ),
    );
    expect(registry.maxInFlight).toBe(5);
    expect(registry.requests[0]).toMatchObject({
      method: 'GET',
      path: FILE,
      query: 'private_token=t',
      status: 401,
      credentials: ['JOB-TOKEN', 'private_token'],
    });
    registry.forget();
    expect([registry.requests.length, registry.maxInFlight]).toEqual([0, 0]);
  });

  test('keeps nothing when it stops, unless it has a folder', async () => {
    // A size that no other process stores: registries of other tests stand in the same folder.
    const size = 100_000 + process.pid;
    const registry = await start();
    await ask(registry.url, 'PUT', FILE, { headers: HEADERS, body: Buffer.alloc(size) });
    expect(foldersWith(size)).toHaveLength(1);
    await registry.close();
    await registry.close();
    expect(foldersWith(size)).toEqual([]);
  });

  test('a port that is taken is a usage failure', async () => {
    const registry = await start();
    const port = Number(new URL(registry.url).port);
    await expect(startRegistry({ port, config: CONFIG })).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('--port'),
    });
  });

  test('IPv6 works, for the object store too', async () => {
    const registry = await start({ host: '::1', config: { ...CONFIG, settings: { object_storage: 'redirect' } } });
    expect(registry.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await ask(registry.url, 'PUT', FILE, { headers: HEADERS, body: 'six' })).status).toBe(201);
    const { location } = (await ask(registry.url, 'GET', FILE)).headers;
    const target = new URL(location ?? '');
    expect(target.origin).toBe(registry.storageUrl);
    expect((await ask(target.origin, 'GET', target.pathname + target.search)).text).toBe('six');
  });
});

describe('the Host header', () => {
  test.each([
    ['127.0.0.1', 200],
    ['127.0.0.1:1', 200],
    ['localhost:8080', 200],
    ['LOCALHOST', 200],
    ['[::1]:8080', 200],
    ['gitlab.example', 200],
    ['evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost@evil.example', 400],
    ['local host', 400],
    ['[::1', 400],
    ['999.999.999.999', 400],
    ['a/b', 400],
    ['localhost:65535', 200],
    ['localhost:65536', 400],
    ['localhost:99999', 400],
    ['evil.example:99999', 400],
    ['localhost:184467440737095516170', 400],
  ])('%j is answered %i', async (host, status) => {
    const registry = await start({ allowHosts: ['gitlab.example'] });
    const answer = await ask(registry.url, 'GET', '/api/v4/projects', { headers: { Host: host } });
    expect(answer.status).toBe(status);
  });
});

test('a Host with an impossible port is refused by the object store too', async () => {
  const registry = await start({ config: { ...CONFIG, settings: { object_storage: 'redirect' } } });
  const answer = await ask(registry.storageUrl ?? '', 'GET', '/', { headers: { Host: 'localhost:99999' } });
  expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('InvalidRequest')]);
});

test('a request that names no host is answered 400', async () => {
  const registry = await start();
  const socket = connect(Number(new URL(registry.url).port), '127.0.0.1');
  const answer = new Promise<string>((resolve) =>
    socket.once('data', (chunk) => {
      resolve(String(chunk));
    }),
  );
  socket.write('GET /api/v4/projects HTTP/1.0\r\n\r\n');
  expect(await answer).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
});

describe('odd requests', () => {
  test.each([
    ['/api/v4/projects/1/packages/generic/%zz/1.0.0/f', 400],
    ['/api/v4/projects/%ff/packages', 400],
    ['/api/v4/projects/1//packages', 404],
    ['/api/v4/projects/__proto__', 404],
    ['/api/v4/projects/constructor/packages', 404],
    ['/api/v4/projects/1/packages/', 200],
    ['/api/v4/projects/1/packages?per_page=%zz', 400],
    ['/api/v4/', 404],
    ['*', 400],
    ['http://localhost/api/v4/projects', 200],
    ['//', 200],
  ])('%s is answered %i', async (path, status) => {
    const registry = await start();
    expect((await ask(registry.url, 'GET', path)).status).toBe(status);
  });
});

describe('a client that leaves', () => {
  /** Sends these bytes and hangs up. */
  async function sendAndLeave(url: string, text: string, seen: () => boolean): Promise<void> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write(text);
    await until(seen);
    socket.destroy();
  }

  const head = (length: string): string =>
    `PUT ${FILE} HTTP/1.1\r\nHost: localhost\r\nPRIVATE-TOKEN: t\r\n${length}\r\n\r\n`;

  test.each([
    ['in the middle of a small body', head('Content-Length: 1000') + 'x'.repeat(500)],
    ['in the middle of a large body', head('Content-Length: 9000000') + 'x'.repeat(3_000_000)],
    ['in the middle of a chunk', `${head('Transfer-Encoding: chunked')}200000\r\n${'x'.repeat(1_500_000)}`],
    ['with a chunk that is none', `${head('Transfer-Encoding: chunked')}5\r\nhello\r\nzz\r\n`],
  ])('%s leaves no file, no row and a server that goes on', async (_when, text) => {
    const errors: unknown[] = [];
    const registry = await start({ data: folder, onError: (error) => errors.push(error) });
    await sendAndLeave(registry.url, text, () => registry.requests.length === 1);
    await until(() => registry.requests[0]?.ended !== undefined && readdirSync(join(folder, 'incoming')).length === 0);
    expect((await ask(registry.url, 'GET', FILE)).status).toBe(404);
    expect((await ask(registry.url, 'GET', '/api/v4/projects/1/packages')).text).toBe('[]');
    expect([filesIn(join(folder, 'files')), errors]).toEqual([[], []]);
  });

  test('when the body, an empty one, has come whole and is not read yet is no defect', async () => {
    const errors: unknown[] = [];
    const registry = await start({ data: folder, latency: 50, onError: (error) => errors.push(error) });
    await sendAndLeave(registry.url, head('Content-Length: 0'), () => registry.requests.length === 1);
    await until(() => registry.requests[0]?.ended !== undefined);
    expect((await ask(registry.url, 'GET', FILE)).status).toBe(404);
    expect(errors).toEqual([]);
  });

  test('in the middle of a download is no defect', async () => {
    const errors: unknown[] = [];
    const registry = await start({ onError: (error) => errors.push(error) });
    await ask(registry.url, 'PUT', FILE, { headers: HEADERS, body: Buffer.alloc(20_000_000) });
    const get = `GET ${FILE} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
    await sendAndLeave(registry.url, get, () => registry.requests.length === 2);
    await until(() => registry.requests[1]?.ended !== undefined);
    expect((await ask(registry.url, 'GET', FILE)).body.length).toBe(20_000_000);
    expect(errors).toEqual([]);
  });

  test('stopping cuts an upload and leaves nothing of it', async () => {
    const registry = await start({ data: folder });
    const socket = connect(Number(new URL(registry.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(head('Content-Length: 9000000') + 'x'.repeat(3_000_000));
    await until(() => readdirSync(join(folder, 'incoming')).length === 1);
    await registry.close();
    expect(existsSync(join(folder, 'registry.sqlite'))).toBe(true);
    expect([filesIn(join(folder, 'incoming')), filesIn(join(folder, 'files'))]).toEqual([[], []]);
    socket.destroy();
  });
});

/** Folders of registries, among those in the system's folder for temporary files, that hold a file of so many bytes. */
function foldersWith(size: number): string[] {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith('generic-packages-registry-'));
  return folders.filter((name) => sizesIn(join(tmpdir(), name)).includes(size));
}

/** Of another test's registry what is there may go at any moment. */
function sizesIn(place: string): (number | undefined)[] {
  try {
    const names = readdirSync(place, { recursive: true, encoding: 'utf8' });
    return names.map((name) => statSync(join(place, name), { throwIfNoEntry: false })?.size);
  } catch {
    return [];
  }
}

/** Servers and proxies that leave out what others say: lengths, that they close a connection, where a body ends. */
import { afterEach, describe, expect, test } from '@jest/globals';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { openRewriter, type Between } from '../support/between.ts';
import { terminal } from '../support/in-process.ts';
import type { PlatformRun } from '../support/platform.ts';
import { putRaw, storedRows, WIDGET } from '../support/raw.ts';
import { openRegistry, PROJECT, puts, TOKENS, type Setup } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function keep<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
  const opened = await opening;
  open.push(opened);
  return opened;
}

function portOf(registry: RunningRegistry): number {
  return Number(new URL(registry.url).port);
}

interface Scene {
  readonly registry: RunningRegistry;
  readonly publish: (files: Files, more?: Readonly<Record<string, string>>) => Promise<PlatformRun>;
  /** Fetches the version and compares it with these files. */
  readonly expectFetched: (files: Files, more?: Readonly<Record<string, string>>) => Promise<void>;
}

type Files = Readonly<Record<string, string>>;

async function behind(front: (port: number) => Promise<Between>, setup: Setup, token: string): Promise<Scene> {
  const registry = await keep(openRegistry(setup));
  const { port } = await keep(front(portOf(registry)));
  const where = { 'api-url': `http://127.0.0.1:${port}/api/v4`, project: PROJECT.path, token };
  const inputs = { ...where, 'package-name': WIDGET.name, 'package-version': WIDGET.version };
  return {
    registry,
    publish: (files, more = {}) =>
      inFolder(async (cwd) => {
        await writeFiles(join(cwd, 'out'), files);
        return terminal.run('publish', { ...inputs, files: '**', directory: 'out', ...more }, { cwd });
      }),
    expectFetched: (files, more = {}) =>
      inFolder(async (cwd) => {
        await writeFiles(join(cwd, 'out'), files);
        const run = await terminal.run('download', { ...inputs, directory: 'in', ...more }, { cwd });
        expect({ code: run.code, told: run.stderr }).toMatchObject({ code: 0 });
        expect(run.stderr).not.toContain('NaN');
        expect(await fingerprint(join(cwd, 'in'))).toEqual(await fingerprint(join(cwd, 'out')));
      }),
  };
}

const FILES = { 'a.txt': 'a', 'docs/b.txt': 'b'.repeat(100_000), empty: '' };

function without(...names: string[]): (headers: http.IncomingHttpHeaders) => http.OutgoingHttpHeaders {
  return (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

describe('a front that drops Content-Length', () => {
  const dropping = (port: number): Promise<Between> =>
    openRewriter(port, {
      headers: without('content-length'),
    });

  test.each([
    ['a personal token', '18.6', 'local', TOKENS.personal],
    ['a deploy token', '18.6', 'local', TOKENS.deploy],
    ['a deploy token', '17.2', 'local', TOKENS.deploy],
    ['a deploy token', '17.2', 'redirect', TOKENS.deploy],
  ])('stands in no way of %s (GitLab %s, %s storage)', async (_, gitlabVersion, storage, token) => {
    const { registry, publish, expectFetched } = await behind(
      dropping,
      { gitlabVersion, settings: { object_storage: storage } },
      token,
    );
    // What a run that was stopped has left.
    await putRaw(registry, { ...WIDGET, status: 'hidden' }, 'docs/b.txt', FILES['docs/b.txt']);
    const before = puts(registry).length;

    const run = await publish(FILES);

    expect({ code: run.code, told: run.stderr }).toMatchObject({ code: 0 });
    expect(run.stderr).not.toContain('NaN');
    expect(
      puts(registry)
        .slice(before)
        .some(({ path }) => path.includes('docs/b.txt')),
    ).toBe(false);
    expect(await storedRows(registry, WIDGET)).toHaveLength(4);
    await expectFetched(FILES);
  });

  test('nor where a version without a manifest is fetched by its names', async () => {
    const { registry, expectFetched } = await behind(dropping, { gitlabVersion: '17.2' }, TOKENS.deploy);
    for (const [name, content] of Object.entries(FILES)) await putRaw(registry, WIDGET, name, content);

    await expectFetched(FILES, { files: Object.keys(FILES).join('\n') });
  });

  test('and ranges besides leaves the bytes to be counted', async () => {
    const front = (port: number): Promise<Between> =>
      openRewriter(port, {
        headers: without('content-length', 'content-range'),
        request: without('range'),
      });
    const { registry, expectFetched } = await behind(front, { gitlabVersion: '17.2' }, TOKENS.deploy);
    for (const [name, content] of Object.entries(FILES)) await putRaw(registry, WIDGET, name, content);

    await expectFetched(FILES, { files: Object.keys(FILES).join('\n') });
  });
});

/** Hands requests on, but for those that are cut; `answer` decides how the answer's bytes go out. */
async function openCutter(
  target: number,
  answer: (from: http.IncomingMessage, to: http.ServerResponse) => void,
  isCut: (request: http.IncomingMessage) => boolean = () => false,
): Promise<Between> {
  const seen: string[] = [];
  const server = http.createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push(`${method} ${url}`);
    if (isCut(request)) {
      request.socket.destroy();
      return;
    }
    const onward = http.request({ host: '127.0.0.1', port: target, path: url, method, headers }, (from) => {
      answer(from, response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a server that closes each connection after one answer without saying so uses up no tries', async () => {
  const used = new WeakSet<Socket>();
  const closing = (port: number): Promise<Between> =>
    openCutter(
      port,
      (from, to) => {
        to.writeHead(from.statusCode ?? 502, from.headers);
        from.pipe(to);
      },
      // The client took it for one that is kept, and learns better when its next request is under way.
      ({ socket }) => used.has(socket) || !used.add(socket).has(socket),
    );
  const { registry, publish, expectFetched } = await behind(closing, {}, TOKENS.personal);
  const files = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`f-${index}`, `${index}`]));

  const run = await publish(files, { retries: '1' });

  expect({ code: run.code, told: run.stderr }).toMatchObject({ code: 0 });
  expect(await storedRows(registry, WIDGET)).toHaveLength(151);
  await expectFetched(files, { retries: '1' });
});

test('a body that is cut every 300 kB comes whole, for each try gets further', async () => {
  const cutting = (port: number): Promise<Between> =>
    openCutter(port, (from, to) => {
      to.writeHead(from.statusCode ?? 502, from.headers);
      let sent = 0;
      from.on('data', (chunk: Buffer) => {
        if (sent >= 300_000) return;
        sent += chunk.length;
        to.write(chunk);
        if (sent >= 300_000) to.end(() => to.socket?.destroy());
      });
      from.on('end', () => {
        if (sent < 300_000) to.end();
      });
    });
  const { registry, expectFetched } = await behind(cutting, {}, TOKENS.personal);
  const files = { 'large.bin': 'x'.repeat(3_000_000) };
  await putRaw(registry, WIDGET, 'large.bin', files['large.bin']);

  await expectFetched(files, { retries: '2' });
});

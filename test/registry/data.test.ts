/** What lies in the data folder survives a stop and a kill; what was never answered does not appear. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startRegistry } from '../../src/registry/server.ts';
import { ask, itemsOf, recordOf } from '../contract/ask.ts';

const CONFIG = {
  projects: [{ id: 1, path: 'a/b', visibility: 'public' }],
  tokens: [{ token: 't', kind: 'personal', role: 'maintainer' }],
};
const HEADERS = { 'PRIVATE-TOKEN': 't' };
const GENERIC = '/api/v4/projects/1/packages/generic/pkg/1.0.0';
const SERVER = fileURLToPath(new URL('../../src/registry/server.ts', import.meta.url));

let folder: string;
let data: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-data-'));
  data = join(folder, 'data');
});
afterEach(() => rm(folder, { recursive: true }));

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const filesIn = (path: string): string[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

test('packages, ids and statuses are there after a restart', async () => {
  const bodies = { small: Buffer.from('small'), large: Buffer.alloc(300_000, 7) };
  const first = await startRegistry({ port: 0, data, config: CONFIG });
  for (const [name, body] of Object.entries(bodies))
    await ask(first.url, 'PUT', `${GENERIC}/${name}`, { headers: HEADERS, body });
  const hidden = await ask(first.url, 'PUT', `${GENERIC}-hidden/f?status=hidden&select=package_file`, {
    headers: HEADERS,
    body: 'x',
  });
  await first.close();

  const second = await startRegistry({ port: 0, data, config: CONFIG });
  for (const [name, body] of Object.entries(bodies)) {
    expect((await ask(second.url, 'GET', `${GENERIC}/${name}`)).body.equals(body)).toBe(true);
  }
  const listed = itemsOf(await ask(second.url, 'GET', '/api/v4/projects/1/packages'));
  expect(listed.map(({ version }) => version)).toEqual(['1.0.0']);
  const next = await ask(second.url, 'PUT', `${GENERIC}/next?select=package_file`, { headers: HEADERS, body: 'x' });
  expect(recordOf(next).id).toBeGreaterThan(recordOf(hidden).id as number);
  await second.close();
});

test('variables, tags and releases are there after a restart, and the config does not set them back', async () => {
  const config = {
    ...CONFIG,
    variables: [
      { project: 1, key: 'VERSION', value: '1.0.0' },
      { group: 'a', key: 'SHARED', value: 'x' },
    ],
    tags: [{ project: 1, name: 'v1.0.0' }],
  };
  const project = '/api/v4/projects/1';
  const headers = { ...HEADERS, 'Content-Type': 'application/json' };
  const first = await startRegistry({ port: 0, data, config, clock: () => 1_000 });
  const links = [{ name: 'a', url: 'https://a', direct_asset_path: '/a' }];
  await ask(first.url, 'POST', `${project}/releases`, {
    headers,
    body: JSON.stringify({ tag_name: 'v1.0.0', assets: { links } }),
  });
  await ask(first.url, 'PUT', `${project}/variables/VERSION`, { headers, body: '{"value":"1.0.1"}' });
  await first.close();

  const second = await startRegistry({ port: 0, data, config, clock: () => 9_000 });
  const release = recordOf(await ask(second.url, 'GET', `${project}/releases/v1.0.0`));
  expect(release).toMatchObject({
    created_at: '1970-01-01T00:00:01.000Z',
    assets: { links: [{ name: 'a', url: 'https://a' }] },
  });
  const tags = itemsOf(await ask(second.url, 'GET', `${project}/repository/tags`));
  expect(tags).toMatchObject([{ name: 'v1.0.0', commit: release.commit }]);
  const variables = itemsOf(await ask(second.url, 'GET', `${project}/variables`, { headers: HEADERS }));
  expect(variables).toMatchObject([{ key: 'VERSION', value: '1.0.1' }]);
  await second.close();
});

test('two registries do not share a folder', async () => {
  const first = await startRegistry({ port: 0, data, config: CONFIG });
  await expect(startRegistry({ port: 0, data, config: CONFIG })).rejects.toMatchObject({
    code: 'usage',
    hint: expect.stringContaining('--data'),
  });
  expect((await ask(first.url, 'PUT', `${GENERIC}/f`, { headers: HEADERS, body: 'x' })).status).toBe(201);
  await first.close();
});

test('what was deleted leaves the disk', async () => {
  const registry = await startRegistry({ port: 0, data, config: CONFIG });
  const stored = recordOf(
    await ask(registry.url, 'PUT', `${GENERIC}/f?select=package_file`, {
      headers: HEADERS,
      body: Buffer.alloc(300_000),
    }),
  );
  expect(filesIn(join(data, 'files'))).toHaveLength(1);
  await ask(registry.url, 'DELETE', `/api/v4/projects/1/packages/${String(stored.package_id)}`, { headers: HEADERS });
  await registry.close();
  expect(filesIn(join(data, 'files'))).toEqual([]);
});

test('leftovers of a killed run are cleared at start, and the cleanup policy runs', async () => {
  const first = await startRegistry({ port: 0, data, config: CONFIG });
  for (const body of ['1', '2', '3'])
    await ask(first.url, 'PUT', `${GENERIC}/f`, { headers: HEADERS, body: Buffer.alloc(100_000, body) });
  await first.close();
  const key = '0123456789abcdef'.repeat(2);
  writeFileSync(join(data, 'incoming', key), 'half');
  writeFileSync(join(data, 'files', readdirSync(join(data, 'files'))[0] ?? '', key), 'orphan');

  const settings = { keep_n_duplicated_package_files: 1 };
  const second = await startRegistry({ port: 0, data, config: { ...CONFIG, settings } });
  expect([filesIn(join(data, 'incoming')), filesIn(join(data, 'files')).length]).toEqual([[], 1]);
  expect((await ask(second.url, 'GET', `${GENERIC}/f`)).body[0]).toBe('3'.charCodeAt(0));
  await second.close();
});

test('what a registry did not make stays in its folder, also behind links, and does not keep it from starting', async () => {
  const first = await startRegistry({ port: 0, data, config: CONFIG });
  await first.close();
  const key = '0123456789abcdef'.repeat(2);
  const outside = join(folder, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, key), 'not ours');
  symlinkSync(outside, join(data, 'files', '01'), 'junction');
  for (const path of ['files/.DS_Store', 'incoming/.DS_Store']) writeFileSync(join(data, path), '');

  const second = await startRegistry({ port: 0, data, config: CONFIG });
  await second.close();

  expect(filesIn(outside)).toEqual([key]);
  expect(existsSync(join(data, 'files', '.DS_Store'))).toBe(true);
});

test('a content that is lost is told to whoever runs the registry', async () => {
  const errors: unknown[] = [];
  const registry = await startRegistry({ port: 0, data, config: CONFIG, onError: (error) => errors.push(error) });
  await ask(registry.url, 'PUT', `${GENERIC}/f`, { headers: HEADERS, body: Buffer.alloc(100_000) });
  rmSync(join(data, 'files'), { recursive: true });

  await expect(ask(registry.url, 'GET', `${GENERIC}/f`)).rejects.toThrow();
  expect(errors).toMatchObject([{ cause: { code: 'ENOENT' } }]);
  await registry.close();
});

test('a folder of another format is refused', async () => {
  const first = await startRegistry({ port: 0, data, config: CONFIG });
  await first.close();
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(join(data, 'registry.sqlite'));
  database.exec('UPDATE format SET version = 99');
  database.close();
  await expect(startRegistry({ port: 0, data, config: CONFIG })).rejects.toMatchObject({ code: 'usage' });
});

test('a kill in the middle of uploads keeps all that was answered, whole, and shows nothing else', async () => {
  const script = join(folder, 'serve.mjs');
  await writeFile(
    script,
    `import { startRegistry } from ${JSON.stringify(SERVER)};
const running = await startRegistry({ port: 0, data: ${JSON.stringify(data)}, config: ${JSON.stringify(CONFIG)} });
console.log(running.url);`,
  );
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  const answered = new Map<string, string>();
  const upload = async (lane: number): Promise<void> => {
    for (let index = 0; ; index += 1) {
      const name = `lane${lane}-${index}`;
      // Small and large ones, for they are kept in different ways.
      const body = Buffer.alloc(index % 2 === 0 ? 3_000 : 2_000_000, `${lane}${index}`);
      const answer = await ask(url, 'PUT', `${GENERIC}/${name}`, { headers: HEADERS, body }).catch(() => undefined);
      if (answer?.status !== 201) return;
      answered.set(name, sha256(body));
      if (answered.size === 30) child.kill('SIGKILL');
    }
  };
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await Promise.all([1, 2, 3, 4].map(upload));
  await ended;

  const registry = await startRegistry({ port: 0, data, config: CONFIG });
  for (const [name, digest] of answered) {
    const answer = await ask(registry.url, 'GET', `${GENERIC}/${name}`);
    expect([name, answer.status, sha256(answer.body)]).toEqual([name, 200, digest]);
  }
  const files = itemsOf(await ask(registry.url, 'GET', '/api/v4/projects/1/packages/1/package_files?per_page=100'));
  for (const file of files) {
    const answer = await ask(registry.url, 'GET', `${GENERIC}/${String(file.file_name)}`);
    expect(sha256(answer.body)).toBe(file.file_sha256);
  }
  await registry.close();
  expect(existsSync(join(data, 'incoming')) && filesIn(join(data, 'incoming'))).toEqual([]);
});

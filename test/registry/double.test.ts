/** The registry as the double of a GitLab in other people's tests: health, TLS, seeds, control, faults by script. */
import { Agent, get as getTls } from 'node:https';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RegistryOptions, RunningRegistry } from '../../src/registry/public.ts';
import { startRegistry } from '../../src/registry/server.ts';
import { ask, itemsOf, recordOf } from '../contract/ask.ts';
import { LOOPBACK } from '../support/certificates.ts';

const CONFIG = {
  projects: [{ id: 1, path: 'a/b', visibility: 'public' }],
  tokens: [{ token: 't', kind: 'personal' }],
};
const API = '/api/v4/projects/1';
const FILE = `${API}/packages/generic/pkg/1.0.0/f`;
const HEADERS = { 'PRIVATE-TOKEN': 't' };

let registry: RunningRegistry;
afterEach(() => registry.close());

async function start(config: object = {}, options: RegistryOptions = {}): Promise<void> {
  registry = await startRegistry({ port: 0, config: { ...CONFIG, ...config }, ...options });
}

const put = async (path = FILE): Promise<number> =>
  (await ask(registry.url, 'PUT', path, { headers: HEADERS, body: 'x' })).status;
const control = (method: string, path: string, headers = {}) =>
  ask(registry.controlUrl ?? '', method, path, { headers });

describe('health', () => {
  test.each([
    ['/-/health', 'GitLab OK'],
    ['/-/readiness', '{"status":"ok","master_check":[{"status":"ok"}]}'],
    ['/-/liveness', '{"status":"ok"}'],
  ])('%s is answered whatever else goes wrong, and by any name', async (path, text) => {
    await start({}, { faultRate: 1 });
    const answer = await ask(registry.url, 'GET', path, { headers: { Host: 'registry' } });
    expect([answer.status, answer.text]).toEqual([200, text]);
  });
});

describe('TLS', () => {
  const getSecurely = (url: string) =>
    new Promise<{ status: number; location: string; text: string; link: string }>((resolve, reject) => {
      const agent = new Agent({ ca: LOOPBACK.cert });
      getTls(url, { agent, headers: HEADERS }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const { location = '', link } = answer.headers;
          const text = Buffer.concat(chunks).toString();
          resolve({ status: answer.statusCode ?? 0, location, text, link: String(link) });
        });
      }).on('error', reject);
    });

  test('is spoken by the registry and by its object store, and handed on in every address', async () => {
    const files = [{ name: 'dir/f', text: 'secure' }];
    const packages = [{ project: 1, name: 'pkg', version: '1.0.0', files }];
    await start({ packages, settings: { object_storage: 'redirect' } }, { tls: LOOPBACK });
    expect(registry.url).toMatch(/^https:/);
    const sent = await getSecurely(`${registry.apiUrl}/projects/1/packages/generic/pkg/1.0.0/dir/f`);
    expect([sent.status, new URL(sent.location).origin]).toEqual([302, registry.storageUrl]);
    expect(await getSecurely(sent.location)).toMatchObject({ status: 200, text: 'secure' });
    expect((await getSecurely(`${registry.apiUrl}/projects/1/packages`)).link).toMatch(/^<https:/);
  });

  test('with a key that is none is a usage failure that shows nothing of it', async () => {
    await start();
    const given = startRegistry({ port: 0, tls: { cert: LOOPBACK.cert, key: 'secret words' } });
    await expect(given).rejects.toMatchObject({ code: 'usage', message: expect.not.stringContaining('secret') });
  });
});

describe('seeds', () => {
  const links = [{ name: 'Tool', url: 'https://example.com/tool', direct_asset_path: '/tool' }];
  const seeds = {
    packages: [
      { project: 1, name: 'pkg', version: '1.0.0', files: [{ name: 'dir/a+b', text: 'hello' }] },
      { project: 'a/b', name: 'pkg', version: '2.0.0', status: 'hidden', files: [{ name: 'f', base64: 'AAEC' }] },
      { project: 1, name: 'large', version: '1.0.0', files: [{ name: 'f', text: 'x'.repeat(100_000) }] },
    ],
    releases: [{ project: 1, tag: 'v1', name: 'One', description: 'First', links }],
  };

  test('are there at the start: files, a hidden version, a release with its tag and links', async () => {
    await start(seeds);
    const get = (path: string) => ask(registry.url, 'GET', `${API}${path}`, { headers: HEADERS });
    expect((await get('/packages/generic/pkg/1.0.0/dir/a+b')).text).toBe('hello');
    expect((await get('/packages/generic/pkg/2.0.0/f')).body).toEqual(Buffer.from([0, 1, 2]));
    expect((await get('/packages/generic/large/1.0.0/f')).body.length).toBe(100_000);
    expect(itemsOf(await get('/packages')).map(({ version }) => version)).toEqual(['1.0.0', '1.0.0']);
    expect(recordOf(await get('/releases/v1'))).toMatchObject({ name: 'One', assets: { links: [{ name: 'Tool' }] } });
    expect((await get('/repository/tags/v1')).status).toBe(200);
  });

  test.each<[string, object, string]>([
    [
      'a name',
      { packages: [{ project: 1, name: 'p', version: '1', files: [{ name: 'a b' }] }] },
      'file_name is invalid',
    ],
    ['a version', { packages: [{ project: 1, name: 'p', version: '1..2' }] }, 'package_version is invalid'],
    ['a twin', { packages: [seeds.packages[0], seeds.packages[0]] }, 'is there twice'],
    ['bytes', { packages: [{ project: 1, name: 'p', version: '1', files: [{ name: 'f', base64: '%' }] }] }, 'base64'],
    ['a link', { releases: [{ project: 1, tag: 'v', links: [{ name: 'x', url: 'file:///x' }] }] }, 'Only allowed'],
    [
      'a path',
      { releases: [{ project: 1, tag: 'v', links: [{ ...links[0], direct_asset_path: 'x' }] }] },
      'is invalid',
    ],
  ])('%s that GitLab would not take is a problem of the config', async (_what, given, problem) => {
    await start();
    const failing = startRegistry({ port: 0, config: { ...CONFIG, ...given } });
    await expect(failing).rejects.toMatchObject({
      code: 'usage',
      problems: expect.arrayContaining([expect.stringContaining(problem)]),
    });
  });
});

describe('the control server', () => {
  test('makes everything as it was at the start, ids and faults too', async () => {
    const packages = [{ project: 1, name: 'seed', version: '1.0.0', files: [{ name: 'f', text: 'x' }] }];
    const faultScript = [{ method: 'PUT', fault: '500' }];
    await start({ packages, variables: [{ project: 1, key: 'KEY', value: 'v' }] }, { controlPort: 0, faultScript });
    for (const round of [1, 2]) {
      expect([await put(), await put(), await put(`${API}/packages/generic/big/1.0.0/f`)]).toEqual([500, 201, 201]);
      const listed = itemsOf(await ask(registry.url, 'GET', `${API}/packages`));
      expect([round, listed.map(({ id }) => id)]).toEqual([round, [1, 2, 3]]);
      expect((await control('POST', '/-/reset')).status).toBe(204);
    }
    const left = itemsOf(await ask(registry.url, 'GET', `${API}/packages`));
    expect(left.map(({ name }) => name)).toEqual(['seed']);
  });

  test('tells what was asked, without tokens, and forgets it', async () => {
    await start({ settings: { object_storage: 'redirect' } }, { controlPort: 0 });
    await put();
    const sent = await ask(registry.url, 'GET', `${FILE}?private_token=t&x=1`);
    const target = new URL(sent.headers.location ?? '');
    await ask(target.origin, 'GET', target.pathname + target.search, { headers: HEADERS });
    const { requests } = recordOf(await control('GET', '/-/requests')) as { requests: Record<string, unknown>[] };
    expect(requests).toMatchObject([
      { on: 'api', method: 'PUT', path: FILE, status: 201, credentials: ['PRIVATE-TOKEN'], fault: null },
      { on: 'api', method: 'GET', query: 'x=1', status: 302, credentials: ['private_token'] },
      { on: 'storage', method: 'GET', status: 200, credentials: ['PRIVATE-TOKEN'] },
    ]);
    expect((await control('DELETE', '/-/requests')).status).toBe(204);
    expect(recordOf(await control('GET', '/-/requests'))).toEqual({ requests: [] });
  });

  test.each([
    ['a web page', { Origin: 'https://evil.example' }, 403],
    ['another name', { Host: 'evil.example' }, 421],
    ['no name', { Host: 'a/b' }, 400],
  ])('does nothing for %s', async (_who, headers, status) => {
    await start({}, { controlPort: 0 });
    await put();
    expect((await control('POST', '/-/reset', headers)).status).toBe(status);
    expect((await ask(registry.url, 'GET', FILE)).status).toBe(200);
    expect((await control('GET', '/nowhere')).status).toBe(404);
  });
});

describe('a fault script', () => {
  test('counts the requests that match it, on the API and on the store', async () => {
    const faultScript = [
      { method: 'PUT', path: '*/generic/pkg/*', nth: 2, times: 2, fault: '502' },
      { path: '*/generic/other/*', fault: '429' },
      { on: 'storage', fault: 'truncate' },
    ];
    await start({ settings: { object_storage: 'redirect' } }, { faultScript });
    const other = FILE.replace('pkg', 'other');
    expect([await put(), await put(), await put(), await put(), await put(other)]).toEqual([201, 502, 502, 201, 429]);
    const target = new URL((await ask(registry.url, 'GET', FILE)).headers.location ?? '');
    const fetchIt = () => ask(target.origin, 'GET', target.pathname + target.search);
    await expect(fetchIt()).rejects.toThrow();
    expect((await fetchIt()).text).toBe('x');
  });

  test.each<[string, unknown, string]>([
    ['an unknown fault', [{ fault: 'fire' }], 'faults[0].fault is "fire"'],
    ['a fault that cannot be', [{ method: 'PUT', fault: 'truncate' }], 'cannot happen to a PUT'],
    ['an unknown key', [{ fault: '500', when: 1 }], 'faults[0].when is not a known key'],
    ['a zeroth request', [{ fault: '500', nth: 0 }], 'faults[0].nth is 0'],
    ['an object', {}, 'faults is an object; expected a list'],
  ])('with %s is a usage failure', async (_what, faultScript, problem) => {
    await start();
    await expect(startRegistry({ port: 0, faultScript })).rejects.toMatchObject({
      code: 'usage',
      problems: expect.arrayContaining([expect.stringContaining(problem)]),
    });
  });
});

test('each request that has ended is told', async () => {
  const told: string[] = [];
  await start({}, { onRequest: ({ method, path, status }) => told.push(`${method} ${path} ${status}`) });
  await put();
  await ask(registry.url, 'GET', `${API}/packages`);
  expect(told).toEqual([`PUT ${FILE} 201`, `GET ${API}/packages 200`]);
  expect(registry.requests).toEqual([]);
});

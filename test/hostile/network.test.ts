/** What may stand between a runner and its GitLab, through the bundles: proxies, own authorities, path prefixes, IPv6. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { ELSEWHERE, LOOPBACK, PROXIED } from '../support/certificates.ts';
import { openPrefix, openProxy, openTlsFront, type Between } from '../support/between.ts';
import type { Platform, Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { jobVariables } from '../support/job-variables.ts';
import { openRegistry, PROJECT, TOKENS, type Setup } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { errorText, shown } from './told.ts';

const FILES = { 'a.txt': 'a', 'docs/b.txt': 'b'.repeat(100_000), empty: '' };
const PASSWORD = 'p:s3cret/';

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function keep<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T> {
  const opened = await opening;
  open.push(opened);
  return opened;
}

function registryOf(setup: Setup = {}): Promise<RunningRegistry> {
  return keep(openRegistry({ allowHosts: ['gitlab.test', '0.0.0.0'], ...setup }));
}

function portOf(registry: RunningRegistry): number {
  return Number(new URL(registry.url).port);
}

function proxyAddress({ port }: Between): string {
  return `http://us%40er:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`;
}

const CONNECTION = {
  project: PROJECT.path,
  token: TOKENS.personal,
  'package-name': 'widget',
  'package-version': '1.0.0',
};

type Env = Readonly<Record<string, string>>;

/** Publishes a small tree and fetches it back; nothing of the proxy's password may show. */
async function expectRoundTrip(
  platform: Platform,
  connection: Inputs,
  env: Env = {},
  files: Readonly<Record<string, string>> = FILES,
): Promise<void> {
  await inFolder(async (cwd) => {
    await writeFiles(join(cwd, 'out'), files);
    const publish = await platform.run('publish', { ...connection, files: '**', directory: 'out' }, { cwd, env });
    expect({ code: publish.code, told: shown(platform, publish) }).toMatchObject({ code: 0 });
    const download = await platform.run('download', { ...connection, directory: 'in' }, { cwd, env });
    expect({ code: download.code, told: shown(platform, download) }).toMatchObject({ code: 0 });
    expect(await fingerprint(join(cwd, 'in'))).toEqual(await fingerprint(join(cwd, 'out')));
    for (const { stdout, stderr, summary } of [publish, download])
      expect(stdout + stderr + summary).not.toMatch(/s3cret|us%40er/);
  });
}

async function firstFailure(
  platform: Platform,
  connection: Inputs,
  env: Env = {},
): Promise<{ code: number | null; told: string; log: string }> {
  return inFolder(async (cwd) => {
    const run = await platform.run('download', { ...connection, directory: 'in' }, { cwd, env });
    expect(run.stdout + run.stderr).not.toMatch(/s3cret|us%40er/);
    return { code: run.code, told: errorText(platform, run), log: shown(platform, run) };
  });
}

describe('a proxy that the environment names', () => {
  test.each([terminal, githubAction].map(bundleOf))('tunnels to an https GitLab, by $name', async (platform) => {
    const registry = await registryOf();
    const front = await keep(openTlsFront(portOf(registry), PROXIED));
    const proxy = await keep(openProxy(front.port));
    const connection = { ...CONNECTION, 'api-url': 'https://gitlab.test/api/v4', 'ca-file': PROXIED.cert };
    await expectRoundTrip(platform, connection, { https_proxy: proxyAddress(proxy) });
    expect(new Set(proxy.seen)).toEqual(new Set(['CONNECT gitlab.test:443']));
    expect(front.seen).toHaveLength(registry.requests.length);
    for (const { headers } of registry.requests) expect(headers).not.toHaveProperty('proxy-authorization');
  });

  test('is given whole addresses of an http GitLab', async () => {
    const registry = await registryOf();
    const proxy = await keep(openProxy(portOf(registry)));
    await expectRoundTrip(
      bundleOf(gitlabJob),
      { ...CONNECTION, 'api-url': 'http://gitlab.test', 'allow-http': 'true' },
      { HTTP_PROXY: proxyAddress(proxy) },
    );
    expect(proxy.seen.length).toBe(registry.requests.length);
    expect(proxy.seen.every((line) => /^[A-Z]+ http:\/\/gitlab\.test\/api\/v4\//.test(line))).toBe(true);
  });

  test('is passed by for what no_proxy names, and for loopback', async () => {
    const registry = await registryOf();
    const proxy = await keep(openProxy(portOf(registry)));
    // An address of this machine that is no loopback address by its looks.
    const near = { ...CONNECTION, 'api-url': `http://0.0.0.0:${portOf(registry)}`, 'allow-http': 'true' };
    const env = { http_proxy: proxyAddress(proxy) };
    await expectRoundTrip(terminal, { ...near, 'package-version': '2.0.0' }, env);
    const through = proxy.seen.length;
    expect(through).toBe(registry.requests.length);
    await expectRoundTrip(
      terminal,
      { ...near, 'package-version': '3.0.0' },
      { ...env, no_proxy: 'example.com,0.0.0.0' },
    );
    await expectRoundTrip(terminal, { ...near, 'package-version': '4.0.0' }, { ...env, NO_PROXY: '*' });
    await expectRoundTrip(terminal, { ...CONNECTION, 'api-url': registry.apiUrl, 'package-version': '5.0.0' }, env);
    expect(proxy.seen).toHaveLength(through);
    expect(registry.requests.length).toBeGreaterThan(through);
  });

  test.each([
    { status: 407, says: 'user name and password' },
    { status: 403, says: 'no_proxy' },
  ])('that answers $status is named, without its password, and not asked again', async ({ status, says }) => {
    const proxy = await keep(openProxy(1, status));
    const failed = await firstFailure(
      githubAction,
      { ...CONNECTION, 'api-url': 'https://gitlab.test' },
      { https_proxy: proxyAddress(proxy) },
    );
    expect(failed).toMatchObject({
      code: 1,
      told: expect.stringContaining(`proxy 127.0.0.1:${proxy.port}`) as unknown,
    });
    expect(failed.told).toContain(says);
    expect(proxy.seen).toEqual(['CONNECT gitlab.test:443']);
  });

  test('that is none is wrong usage', async () => {
    const failed = await firstFailure(
      terminal,
      { ...CONNECTION, 'api-url': 'https://gitlab.test' },
      { https_proxy: 'socks5://us%40er:s3cret@127.0.0.1:1' },
    );
    expect(failed).toMatchObject({ code: 2, told: expect.stringContaining('https_proxy') as unknown });
  });
});

describe('a GitLab with an authority of its own', () => {
  async function withFront(
    work: (api: string, ca: { pem: string; path: string }, registry: RunningRegistry) => Promise<void>,
  ): Promise<void> {
    const registry = await registryOf();
    const front = await keep(openTlsFront(portOf(registry), LOOPBACK));
    await inFolder(async (folder) => {
      const path = join(folder, 'authority.pem');
      await writeFile(path, LOOPBACK.cert);
      await work(`https://127.0.0.1:${front.port}/api/v4`, { pem: LOOPBACK.cert, path }, registry);
    });
  }

  test('is trusted by ca-file as a path, as text, from the environment, and by what the system names', async () => {
    await withFront(async (api, { pem, path }) => {
      const given = (version: string, more: Inputs = {}): Inputs => ({
        ...CONNECTION,
        'api-url': api,
        'package-version': version,
        ...more,
      });
      await expectRoundTrip(bundleOf(terminal), given('1.0.0', { 'ca-file': path }));
      await expectRoundTrip(githubAction, given('1.0.1', { 'ca-file': `# a comment\n${pem}` }));
      await expectRoundTrip(bundleOf(githubAction), given('1.0.2'), { GENERIC_PACKAGES_CA_FILE: path });
      await expectRoundTrip(bundleOf(terminal), given('1.0.3'), { SSL_CERT_FILE: path });
    });
  });

  test('is trusted with a variable of other tools that leads nowhere, and a warning names that', async () => {
    await withFront(async (api, { path }) => {
      const connection = { ...CONNECTION, 'api-url': api, 'ca-file': path };
      const env = { SSL_CERT_FILE: '/no/such/conda/cacert.pem' };
      await expectRoundTrip(githubAction, connection, env);
      const failed = await firstFailure(terminal, { ...connection, 'package-version': '9.9.9' }, env);
      expect(failed.log).toContain('warning: SSL_CERT_FILE: `/no/such/conda/cacert.pem` cannot be read (ENOENT)');
    });
  });

  test('that asks for a certificate of the client is shown the one that client-certificate names', async () => {
    const registry = await registryOf();
    const asking = { ...LOOPBACK, requestCert: true, rejectUnauthorized: true, ca: ELSEWHERE.cert };
    const front = await keep(openTlsFront(portOf(registry), asking));
    await inFolder(async (folder) => {
      await writeFiles(folder, { 'client.pem': ELSEWHERE.cert + ELSEWHERE.key });
      const connection = { ...CONNECTION, 'api-url': `https://127.0.0.1:${front.port}`, 'ca-file': LOOPBACK.cert };
      await expectRoundTrip(gitlabJob, { ...connection, 'client-certificate': join(folder, 'client.pem') });
      const failed = await firstFailure(terminal, connection);
      expect(failed).toMatchObject({ code: 1, told: expect.stringContaining('client-certificate') as unknown });
    });
  });

  test("needs nothing said in a GitLab job: address, project, token and authority are the job's", async () => {
    await withFront(async (api, { path }) => {
      const job = { ...jobVariables({ url: new URL(api).origin, token: TOKENS.job }), CI_SERVER_TLS_CA_FILE: path };
      await expectRoundTrip(bundleOf(gitlabJob), { 'package-version': '1.0.0' }, job);
    });
  });

  test.each([
    { what: 'without it', inputs: {} },
    { what: 'with another one', inputs: { 'ca-file': PROXIED.cert } },
  ])(
    'is not trusted $what, whatever NODE_TLS_REJECT_UNAUTHORIZED says, and nothing is sent to it',
    async ({ inputs }) => {
      await withFront(async (api, _ca, registry) => {
        // Node itself reads that variable, of its process.
        const failed = await firstFailure(
          bundleOf(terminal),
          { ...CONNECTION, 'api-url': api, ...inputs },
          { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
        );
        expect(failed).toMatchObject({ code: 1, told: expect.stringContaining('ca-file') as unknown });
        expect(failed.log).toContain('warning: NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect here');
        expect(registry.requests).toEqual([]);
      });
    },
  );

  test.each([
    { what: 'a path where nothing is', file: '/no/such/authority.pem' },
    { what: 'a key', file: LOOPBACK.key },
  ])('cannot be named by $what', async ({ file }) => {
    await withFront(async (api, _ca, registry) => {
      const failed = await firstFailure(terminal, { ...CONNECTION, 'api-url': api, 'ca-file': file });
      expect(failed).toMatchObject({ code: 2, told: expect.stringContaining('ca-file') as unknown });
      expect(failed.told).not.toContain('PRIVATE KEY');
      expect(registry.requests).toEqual([]);
    });
  });
});

describe('a GitLab below a path of its host', () => {
  test.each([
    { root: '/gitlab/api/v4', platform: terminal },
    { root: '/gitlab', platform: githubAction },
    { root: '/gitlab/', platform: gitlabJob },
  ])('is reached at $root, with a list of several pages, by $platform.name', async ({ root, platform }) => {
    const registry = await registryOf();
    const prefix = await keep(openPrefix(portOf(registry), '/gitlab'));
    const connection = { ...CONNECTION, 'api-url': `http://127.0.0.1:${prefix.port}${root}`, manifest: 'none' };
    const files = Object.fromEntries(Array.from({ length: 130 }, (_, index) => [`file-${index}`, `${index}`]));
    await expectRoundTrip(platform, connection, {}, files);
    expect(prefix.seen.every((line) => line.includes(' /gitlab/api/v4/'))).toBe(true);
    expect(prefix.seen.some((line) => line.includes('page=2'))).toBe(true);
  });

  test('with its files in an object storage of another origin', async () => {
    const registry = await registryOf({ settings: { object_storage: 'redirect' } });
    const prefix = await keep(openPrefix(portOf(registry), '/gitlab'));
    await expectRoundTrip(terminal, { ...CONNECTION, 'api-url': `http://127.0.0.1:${prefix.port}/gitlab/api/v4` });
    expect(registry.storageRequests.length).toBeGreaterThan(0);
    for (const { credentials } of registry.storageRequests) expect(credentials).toEqual([]);
  });

  test('is not found without the path, and the error names api-url', async () => {
    const registry = await registryOf();
    const prefix = await keep(openPrefix(portOf(registry), '/gitlab'));
    const failed = await firstFailure(terminal, { ...CONNECTION, 'api-url': `http://127.0.0.1:${prefix.port}` });
    expect(failed).toMatchObject({ code: 1, told: expect.stringContaining('api-url') as unknown });
    expect(registry.requests).toEqual([]);
  });
});

describe('IPv6', () => {
  test.each(['local', 'redirect'])('is a way like any other, with %s storage', async (storage) => {
    const registry = await registryOf({ host: '::1', settings: { object_storage: storage } });
    expect(registry.apiUrl).toContain('http://[::1]:');
    await expectRoundTrip(terminal, { ...CONNECTION, 'api-url': registry.apiUrl });
    for (const { headers } of registry.requests) expect(headers.host).toBe(new URL(registry.apiUrl).host);
  });
});

/** The pages at `/`: what they show to whom, and that nothing in them can run. */
import type { OutgoingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { html, visible } from '../../src/registry/pages/html.ts';
import { type RunningRegistry, startRegistry } from '../../src/registry/server.ts';
import { type Answer, ask, recordOf } from '../contract/ask.ts';

const CONFIG = {
  projects: [
    { id: 1, path: 'acme/open', visibility: 'public' },
    { id: 2, path: 'acme/tools/closed' },
    { id: 3, path: 'acme/packages-for-all', public_packages: true },
  ],
  tokens: [
    { token: 'glpat-a', kind: 'personal', role: 'owner' },
    { token: 'glpat-gone', kind: 'personal', role: 'owner', revoked: true },
    { token: 'glpat-git', kind: 'personal', role: 'owner', scopes: ['read_repository'] },
    { token: 'job-1', kind: 'job', project: 2 },
  ],
};

let registry: RunningRegistry;
const packageIds = new Map<number, string>();
const fileIds = new Map<number, string>();

beforeAll(async () => {
  registry = await startRegistry({ port: 0, config: CONFIG });
  for (const project of [1, 2]) {
    const path = `/api/v4/projects/${project}/packages/generic/pkg/1.0.0/%3Cscript%3Ealert(1)%3C%2Fscript%3E/f.html?select=package_file`;
    const record = recordOf(
      await ask(registry.url, 'PUT', path, { headers: { 'PRIVATE-TOKEN': 'glpat-a' }, body: '<script>' }),
    );
    packageIds.set(project, String(record.package_id));
    fileIds.set(project, String(record.id));
  }
});
afterAll(() => registry.close());

const page = (path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> =>
  ask(registry.url, 'GET', path, { headers });
const enter = (form: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> =>
  ask(registry.url, 'POST', '/', {
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: form,
  });

async function cookieFor(token: string): Promise<OutgoingHttpHeaders> {
  const answer = await enter(`token=${token}`);
  return { Cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
}

describe('without a token', () => {
  test('public projects are listed and others are not', async () => {
    const { status, text } = await page('/');
    expect(status).toBe(200);
    expect(text).toContain('href="/acme/open/-/packages"');
    expect(text).toContain('href="/acme/packages-for-all/-/packages"');
    expect(text).not.toContain('closed');
  });

  test('a public project shows its packages, and a package its files', async () => {
    const packages = await page('/acme/open/-/packages');
    expect(packages.text).toContain(`href="/acme/open/-/packages/${String(packageIds.get(1))}"`);
    expect((await page('/acme/open')).text).toBe(packages.text);
    const files = await page(`/acme/open/-/packages/${String(packageIds.get(1))}`);
    expect(files.text).toContain(`href="/acme/open/-/package_files/${String(fileIds.get(1))}/download"`);
  });

  test('private projects, their packages and their files look as if they were not there', async () => {
    const missing = await page('/acme/nowhere/-/packages');
    for (const path of [
      '/acme/tools/closed',
      '/acme/tools/closed/-/packages',
      `/acme/tools/closed/-/packages/${String(packageIds.get(2))}`,
      `/acme/tools/closed/-/package_files/${String(fileIds.get(2))}/download`,
      // A file of another project does not come through an open one.
      `/acme/open/-/package_files/${String(fileIds.get(2))}/download`,
      `/acme/open/-/packages/${String(packageIds.get(2))}`,
    ]) {
      const answer = await page(path);
      expect([path, answer.status, answer.text]).toEqual([path, 404, missing.text]);
    }
  });
});

describe('with a token', () => {
  test('private projects are shown until it is forgotten', async () => {
    const headers = await cookieFor('glpat-a');
    expect((await page('/', headers)).text).toContain('acme/tools/closed');
    const download = await page(`/acme/tools/closed/-/package_files/${String(fileIds.get(2))}/download`, headers);
    expect([download.status, download.text]).toEqual([200, '<script>']);
    const left = await ask(registry.url, 'POST', '/-/leave', { headers });
    expect([left.status, left.headers.location]).toEqual([303, '/']);
    expect((await page('/', headers)).text).not.toContain('acme/tools/closed');
  });

  test('a job token shows what its job could read', async () => {
    const headers = await cookieFor('job-1');
    expect((await page('/acme/tools/closed/-/packages', headers)).status).toBe(200);
  });

  test('the cookie is out of reach of scripts and other sites, and is not the token', async () => {
    const answer = await enter('token=glpat-a');
    expect([answer.status, answer.headers.location]).toEqual([303, '/']);
    const cookie = answer.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toContain('; HttpOnly; SameSite=Strict');
    expect(cookie).not.toContain('glpat');
  });

  test.each([
    'token=wrong',
    'token=glpat-gone',
    'token=glpat-git',
    'token=',
    'other=1',
    '',
    `token=${'x'.repeat(20_000)}`,
  ])('is not taken from %j', async (form) => {
    const answer = await enter(form);
    expect([answer.status, answer.headers['set-cookie']]).toEqual([401, undefined]);
    expect(answer.text).not.toContain('glpat');
  });

  test('is not taken from a form of another site', async () => {
    expect((await enter('token=glpat-a', { Origin: 'http://evil.example' })).status).toBe(403);
    expect((await enter('token=glpat-a', { Origin: registry.url })).status).toBe(303);
  });
});

describe('nothing can run', () => {
  test('each page forbids scripts and has none', async () => {
    for (const path of ['/', '/acme/open', `/acme/open/-/packages/${String(packageIds.get(1))}`, '/nowhere/at-all']) {
      const answer = await page(path);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'self'; /);
      expect(answer.headers['content-security-policy']).not.toContain('unsafe');
      expect(answer.text.toLowerCase()).not.toMatch(/<script|javascript:| on\w+=/);
    }
  });

  test('names are escaped', async () => {
    const { text } = await page(`/acme/open/-/packages/${String(packageIds.get(1))}`);
    expect(text).toContain('&#60;script&#62;alert(1)&#60;/script&#62;/f.html');
  });

  test('files are attachments in a sandbox', async () => {
    const { headers } = await page(`/acme/open/-/package_files/${String(fileIds.get(1))}/download`);
    expect(headers).toMatchObject({
      'content-disposition': 'attachment; filename="f.html"; filename*=UTF-8\'\'f.html',
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  test('the style is a file of its own', async () => {
    const answer = await page('/-/style.css');
    expect([answer.status, answer.headers['content-type']]).toEqual([200, 'text/css; charset=utf-8']);
  });
});

describe('the packages of a project', () => {
  const file = (name: string, version: string, files: object[] = [{ name: 'f', text: 'x'.repeat(2048) }]) => ({
    ...{ project: 1, name, version, files },
  });
  let full: RunningRegistry;
  beforeAll(async () => {
    const packages = [
      ...['1.9.0', '1.10.0', '2.0.0-rc.1', '1.2.0'].map((version) => file('widget', version)),
      file('nightly', 'monday', []),
      file('claims.0123456789abcdef', '1.0.0'),
      ...Array.from({ length: 60 }, (_, at) => file(`many-${at}`, '1.0.0', [])),
    ];
    full = await startRegistry({ port: 0, config: { ...CONFIG, packages } });
  });
  afterAll(() => full.close());
  const show = async (query: string): Promise<string> =>
    (await ask(full.url, 'GET', `/acme/open/-/packages${query}`)).text.replaceAll(/\s+/g, ' ');

  test('are shown by name, with the highest stable version, its size and how many there are', async () => {
    const text = await show('?search=WIDG');
    expect(text).toMatch(/\?name=widget">widget<\/a>.*>1\.10\.0<\/a>.*>2\.0 KiB<.*>4 versions</);
    expect(text).not.toContain('many-');
    expect(await show('?search=nightly')).toContain('>monday</a>');
    expect(await show('?search=<b>')).toContain('called like “&#60;b&#62;”');
  });

  test('fold away what only holds claims', async () => {
    const [shown, folded] = (await show('?search=claims')).split('<details>');
    expect(shown).not.toContain('claims.0123456789abcdef');
    expect(folded).toContain('1 package with claims on versions');
    expect(folded).toContain('claims.0123456789abcdef');
  });

  test('are turned by pages that keep the search', async () => {
    const first = await show('?search=many');
    expect(first).toContain('href="/acme/open/-/packages?search=many&#38;page=2"');
    expect((first.match(/many-\d+<\/a>/g) ?? []).length).toBe(50);
    expect(((await show('?search=many&page=2')).match(/many-\d+<\/a>/g) ?? []).length).toBe(10);
  });

  test('have a page of versions each, and each version the commands that fetch it', async () => {
    const versions = await show('?name=widget');
    expect((versions.match(/packages\/\d+">/g) ?? []).length).toBe(4);
    const [, id = ''] = /packages\/(\d+)">1\.10\.0/.exec(versions) ?? [];
    const text = await show(`/${id}`);
    expect(text).toContain(
      `generic-packages download --api-url ${full.url} --project acme/open --package-name widget --package-version 1.10.0</pre`,
    );
    expect(text).toContain(`${full.url}/api/v4/projects/1/packages/generic/widget/1.10.0/f&#34;</pre`);
    expect(await show('?name=nothing')).toContain('It has no versions.');
  });
});

test('hidden packages have no page', async () => {
  const path = '/api/v4/projects/1/packages/generic/veiled/1.0.0/f?status=hidden&select=package_file';
  const record = recordOf(await ask(registry.url, 'PUT', path, { headers: { 'PRIVATE-TOKEN': 'glpat-a' }, body: 'x' }));
  expect((await page('/acme/open/-/packages')).text).not.toContain('veiled');
  expect((await page(`/acme/open/-/packages/${String(record.package_id)}`)).status).toBe(404);
  expect((await page(`/acme/open/-/package_files/${String(record.id)}/download`)).status).toBe(404);
});

test('replaced files are marked', async () => {
  const put = (): Promise<Answer> =>
    ask(registry.url, 'PUT', '/api/v4/projects/1/packages/generic/twice/1.0.0/f?select=package_file', {
      headers: { 'PRIVATE-TOKEN': 'glpat-a' },
      body: 'x',
    });
  const [first, second] = [recordOf(await put()), recordOf(await put())];
  const { text } = await page(`/acme/open/-/packages/${String(first.package_id)}`);
  expect(text).toMatch(new RegExp(`package_files/${String(second.id)}/download">f</a></td>`));
  expect(text).toMatch(new RegExp(`package_files/${String(first.id)}/download">f</a> \\(replaced\\)</td>`));
});

describe('html', () => {
  test('escapes values and leaves markup', () => {
    expect(html`<p title="${'"\'`'}">${'<b>&'}${[html`<i>${1}</i>`, html`<i>${2}</i>`]}</p>`.markup).toBe(
      '<p title="&#34;&#39;&#96;">&#60;b&#62;&#38;<i>1</i><i>2</i></p>',
    );
  });

  test('keeps backslashes and writes out what cannot be seen', () => {
    expect(html`${'a\\nb'}`.markup).toBe('a\\nb');
    expect(visible('a\u202Egpj.exe\u0000')).toBe('a\\u{202e}gpj.exe\\u{0}');
  });
});

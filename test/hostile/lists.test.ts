/**
 * Lists of several pages behind fronts that change them: 250 versions, 250 files, 250 tags are all seen, or the run
 * ends with one error; never with fewer as if they were all.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { openRewriter, type Between, type Rewriting } from '../support/between.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import type { PlatformRun } from '../support/platform.ts';
import { putRaw } from '../support/raw.ts';
import { PROJECT } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { openVersionRegistry, VERSION_TOKENS } from '../support/version-registry.ts';

const COUNT = 250;
const NUMBERS = Array.from({ length: COUNT }, (_, index) => index + 1);
const FILES_VERSION = { name: 'files', version: '1.0.0' };

let registry: RunningRegistry;
let front: Between | undefined;

beforeAll(async () => {
  registry = await openVersionRegistry({ tags: NUMBERS.map((number) => `v2.0.${number}`) });
  for (const number of NUMBERS) await putRaw(registry, { name: 'widget', version: `1.0.${number}` }, 'f', 'f');
  for (const number of NUMBERS) await putRaw(registry, FILES_VERSION, `f-${number}`, `${number}`);
});
afterAll(() => registry.close());
afterEach(async () => {
  await front?.close();
  front = undefined;
});

async function behind(rewriting: Rewriting): Promise<Readonly<Record<string, string>>> {
  front = await openRewriter(Number(new URL(registry.url).port), rewriting);
  return {
    'api-url': `http://127.0.0.1:${front.port}/api/v4`,
    project: PROJECT.path,
    token: VERSION_TOKENS.maintainer,
    retries: '0',
  };
}

/** Each asks for one of the lists, and says how many rows of it there are as far as it can see. */
const QUESTIONS: Readonly<Record<string, (connection: Readonly<Record<string, string>>) => Promise<Answer>>> = {
  versions: async (connection) => {
    const run = await at((place) => terminal.run('list', { ...connection, 'package-name': 'widget' }, place));
    return { run, count: listed(run, 'versions') };
  },
  latest: async (connection) => {
    const inputs = { ...connection, 'package-name': 'widget', 'package-version': 'latest', directory: 'in' };
    const run = await at((place) => githubAction.run('download', inputs, place));
    return { run, count: Number(run.outputs['package-version']?.split('.')[2] ?? 0) };
  },
  files: async (connection) => {
    const version = { 'package-name': 'files', 'package-version': '1.0.0', manifest: 'none' };
    const run = await at((place) => terminal.run('list', { ...connection, ...version }, place));
    return { run, count: listed(run, 'files') };
  },
  tags: async (connection) => {
    const inputs = { ...connection, 'package-name': 'other', source: 'tags', increment: 'patch' };
    const run = await at((place) => terminal.run('version', { ...inputs, prerelease: 'none' }, place));
    // One more than the highest tag.
    return { run, count: Number(run.outputs.version?.split('.')[2] ?? 1) - 1 };
  },
};

interface Answer {
  readonly run: PlatformRun;
  readonly count: number;
}

function at(work: (place: { cwd: string }) => Promise<PlatformRun>): Promise<PlatformRun> {
  return inFolder((cwd) => work({ cwd }));
}

function listed(run: PlatformRun, output: string): number {
  return (JSON.parse(run.outputs[output] ?? '[]') as unknown[]).length;
}

type Change = (headers: IncomingHttpHeaders) => OutgoingHttpHeaders;

const without =
  (...gone: RegExp[]): Change =>
  (headers) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => !gone.some((pattern) => pattern.test(name))));
const linked =
  (change: (link: string) => string): Change =>
  (headers) => ({
    ...without(/^x-/)(headers),
    ...(typeof headers.link === 'string' ? { link: change(headers.link) } : {}),
  });

const CHANGES: [string, Change][] = [
  ['whose Link names another origin', linked((link) => link.replaceAll(/http:\/\/[^/]+/g, 'https://outer.example'))],
  ['whose Link names another path', linked((link) => link.replaceAll('/api/v4/', '/inner/api/v4/'))],
  ['whose Link has commas in its address', linked((link) => link.replaceAll('?', '?a=1,2&'))],
  ['that drops Link', without(/^link$/)],
  ['that drops X- headers', without(/^x-/)],
  ['that drops both', without(/^link$/, /^x-/)],
];

describe.each(Object.keys(QUESTIONS))('%s', (question) => {
  const ask = async (rewriting: Rewriting): Promise<Answer> => {
    const answer = await (QUESTIONS[question]?.(await behind(rewriting)) ?? Promise.reject(new Error('no question')));
    return answer;
  };

  test.each(CHANGES)('are all seen behind a front %s', async (_, headers) => {
    const { run, count } = await ask({ headers });
    expect({ code: run.code, told: run.stderr }).toMatchObject({ code: 0 });
    expect(count).toBe(COUNT);
  });

  test('end with an error behind a front whose X-Next-Page never ends', async () => {
    const next = (path: string): string =>
      String(Number(new URL(path, 'http://host').searchParams.get('page') ?? 1) + 1);
    const { run } = await ask({
      headers: (headers, path) =>
        headers['x-next-page'] === undefined ? headers : { ...without(/^x-total/)(headers), 'x-next-page': next(path) },
    });
    expect(run.code).toBe(1);
    expect(run.stdout + run.stderr).toContain('names a next one');
  });

  test('end with an error behind a front that repeats a page', async () => {
    const pages = new Map<string, Buffer>();
    const { run } = await ask({
      headers: without(/^link$/, /^x-/, /^content-length$/),
      body: (body, path) => {
        const url = new URL(path, 'http://host');
        if (!url.searchParams.has('page')) return body;
        url.searchParams.delete('page');
        const first = pages.get(url.href) ?? body;
        pages.set(url.href, first);
        return first;
      },
    });
    expect(run.code).toBe(1);
    expect(run.stdout + run.stderr).toContain('repeats rows');
  });
});

describe('a version of an earlier page that is deleted while the list is read', () => {
  function ask(path: string, method = 'GET'): Promise<Response> {
    const headers = { 'PRIVATE-TOKEN': VERSION_TOKENS.maintainer };
    return fetch(`${registry.apiUrl}/projects/${PROJECT.id}${path}`, { method, headers });
  }

  async function deleteVersion(version: string): Promise<void> {
    const found = await ask(`/packages?package_name=moving&package_version=${version}`);
    const [row] = (await found.json()) as { id: number }[];
    await ask(`/packages/${row?.id ?? 0}`, 'DELETE');
  }

  beforeAll(async () => {
    for (const number of NUMBERS) await putRaw(registry, { name: 'moving', version: `1.0.${number}` }, 'f', 'f');
  });

  // Lists are read from the youngest version on: the first page holds 250 to 151.
  test.each<[string, number, Change]>([
    ['with all headers', 240, (headers) => headers],
    ['without any header', 241, without(/^link$/, /^x-/)],
  ])('takes no other with it, %s', async (_, number, headers) => {
    let deleted = 0;
    const connection = await behind({
      headers,
      before: async (_method, path) => {
        const url = new URL(path, 'http://host');
        if (deleted > 0 || !url.pathname.endsWith('/packages') || url.searchParams.get('page') !== '2') return;
        deleted += 1;
        await deleteVersion(`1.0.${number}`);
      },
    });

    const run = await at((place) => terminal.run('list', { ...connection, 'package-name': 'moving' }, place));

    expect(deleted).toBe(1);
    const versions = (JSON.parse(run.outputs.versions ?? '[]') as { version: string }[]).map(({ version }) => version);
    const others = NUMBERS.filter((each) => each !== 240 && each !== 241).map((each) => `1.0.${each}`);
    expect(others.filter((version) => !versions.includes(version))).toEqual([]);
  });
});

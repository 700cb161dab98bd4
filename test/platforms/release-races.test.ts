/** Several runs of one release at once, and answers that get lost: everybody ends well, and there is one release. */
import { expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { withCrafted, sendJson } from '../support/crafted-registry.ts';
import { bundleOf } from '../support/by-bundle.ts';
import type { Platform, PlatformRun, Inputs } from '../support/platform.ts';
import { terminal } from '../support/in-process.ts';
import { putRaw } from '../support/raw.ts';
import { PROJECT, TOKENS, withRegistry } from '../support/registry.ts';
import { linksOf, makeRelease, releaseOf } from '../support/releases.ts';
import { inFolder } from '../support/tree.ts';

const FILES = Array.from({ length: 12 }, (_, index) => `file-${String(index).padStart(2, '0')}.txt`);

async function withVersion(
  work: (
    registry: RunningRegistry,
    release: (inputs?: Inputs, platform?: Platform) => Promise<PlatformRun>,
  ) => Promise<void>,
): Promise<void> {
  await withRegistry({}, async (registry) => {
    for (const file of FILES) await putRaw(registry, { name: 'widget', version: '1.0.0' }, file, file);
    const connection = { 'api-url': registry.apiUrl, project: PROJECT.path, token: TOKENS.personal };
    const release = (inputs: Inputs = {}, platform = terminal): Promise<PlatformRun> =>
      inFolder((cwd) =>
        platform.run('release', { ...connection, 'package-version': '1.0.0', ref: 'main', ...inputs }, { cwd }),
      );
    await work(registry, release);
  });
}

test('of many first runs exactly one makes the release, and all end well', async () => {
  await withVersion(async (registry, release) => {
    const runs = await Promise.all(
      Array.from({ length: 6 }, () => release({ description: 'same' }, bundleOf(terminal))),
    );

    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(runs.filter(({ outputs }) => outputs.created === 'true')).toHaveLength(1);
    expect(Object.keys(await linksOf(registry, 'v1.0.0'))).toEqual(FILES);
  });
});

test('runs that add the same links to a release help each other', async () => {
  await withVersion(async (registry, release) => {
    await makeRelease(registry, { tag_name: 'v1.0.0', ref: 'main' });
    const runs = await Promise.all(Array.from({ length: 4 }, () => release()));

    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(Object.keys(await linksOf(registry, 'v1.0.0'))).toEqual(FILES);
    const links = (await releaseOf(registry, 'v1.0.0'))?.assets.links ?? [];
    expect(links).toHaveLength(FILES.length);
  });
});

const WIDGET = { name: 'widget', version: '1.0.0', files: [{ storedName: 'a.txt', content: 'a' }] };

/** A GitLab that answers the first POST so, and obeys it or not. */
async function releaseWith(first: {
  readonly status: number;
  readonly body: object;
  readonly obeyed: boolean;
}): Promise<{ run: PlatformRun; posts: number }> {
  let posts = 0;
  let there = false;
  let shown: object = {};
  return inFolder(async (cwd) =>
    withCrafted(
      WIDGET,
      async ({ apiUrl }) => {
        const inputs = {
          'api-url': apiUrl,
          project: PROJECT.path,
          token: TOKENS.personal,
          'package-version': '1.0.0',
          ref: 'main',
        };
        shown = {
          tag_name: 'v1.0.0',
          name: 'v1.0.0',
          assets: {
            links: [
              {
                id: 1,
                name: 'a.txt',
                url: `${apiUrl}/projects/42/packages/generic/widget/1.0.0/a.txt`,
                link_type: 'package',
              },
            ],
          },
        };
        return { run: await terminal.run('release', inputs, { cwd }), posts };
      },
      (url, response, request) => {
        if (!url.pathname.includes('/releases')) return false;
        if (request.method === 'GET') {
          if (!there) return false;
          sendJson(response, shown);
          return true;
        }
        posts += 1;
        there = posts > 1 || first.obeyed;
        if (posts > 1) sendJson(response, shown);
        else response.writeHead(first.status, { 'Content-Type': 'application/json' }).end(JSON.stringify(first.body));
        return true;
      },
    ),
  );
}
test.each([
  {
    title: 'was made all the same after a lost answer',
    first: { status: 502, body: {}, obeyed: true },
    created: 'true',
    posts: 1,
  },
  {
    title: 'was not made by an answer that got lost',
    first: { status: 500, body: { message: '500 Internal Server Error' }, obeyed: false },
    created: 'true',
    posts: 2,
  },
  {
    title: 'was made by another run',
    first: { status: 409, body: { message: 'Release already exists' }, obeyed: true },
    created: 'false',
    posts: 1,
  },
  {
    title: 'has a tag that another run has just made',
    first: { status: 400, body: { message: 'Tag v1.0.0 already exists' }, obeyed: false },
    created: 'true',
    posts: 2,
  },
])('a release that $title is found or made', async ({ first, created, posts }) => {
  const done = await releaseWith(first);
  expect(done.run).toMatchObject({ code: 0, outputs: { created, 'link-count': '1' } });
  expect(done.posts).toBe(posts);
});

test.each([
  { retries: 0, posts: 1 },
  { retries: 1, posts: 2 },
])('a server that fails for good is asked $posts times with $retries retries', async ({ retries, posts: expected }) => {
  let posts = 0;
  await inFolder(async (cwd) =>
    withCrafted(
      WIDGET,
      async ({ apiUrl, requests }) => {
        const inputs = {
          'api-url': apiUrl,
          project: PROJECT.path,
          token: TOKENS.personal,
          'package-version': '1.0.0',
          ref: 'main',
          retries: String(retries),
        };
        const run = await terminal.run('release', inputs, { cwd });
        expect(run.code).toBe(1);
        expect(run.stderr).toContain('was answered 500');
        expect(posts).toBe(expected);
        // What was sent last may have arrived: that is looked at too.
        expect(requests.at(-1)).toMatch(/^GET .*\/releases\/v1\.0\.0$/);
      },
      (url, response, request) => {
        if (request.method !== 'POST' || !url.pathname.endsWith('/releases')) return false;
        posts += 1;
        response.writeHead(500, { 'Content-Type': 'application/json' }).end('{}');
        return true;
      },
    ),
  );
});

/** Packages and their files as GitLab lists them, held against what was asked for. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RequestListener } from 'node:http';
import {
  deleteFile,
  deletePackage,
  packagesTime,
  findPackages,
  getProject,
  newestByName,
  newestFile,
  packageFiles,
} from '../../src/gitlab/api/packages.ts';
import { fileRowOf, listedFileRowOf } from '../../src/gitlab/api/package-rows.ts';
import { clientOf, closeAll, failureOf, sendJson, serve, type Loopback } from './loopback.ts';

afterEach(closeAll);

function pack(id: number, more: object = {}): object {
  return {
    id,
    name: 'app',
    version: `1.0.${id}`,
    package_type: 'generic',
    status: 'default',
    created_at: '2026-01-01T00:00:00Z',
    last_downloaded_at: null,
    _links: { web_path: `/g/p/-/packages/${id}` },
    tags: [],
    pipelines: [],
    ...more,
  };
}

function file(id: number, name = `f${id}`, more: object = {}): object {
  return {
    id,
    package_id: 9,
    created_at: '2026-01-01T00:00:00Z',
    file_name: name,
    size: id,
    file_md5: null,
    file_sha1: null,
    file_sha256: 'ab'.repeat(32),
    ...more,
  };
}

/** Serves a list in pages, as GitLab does; `order_by=id&sort=desc` is obeyed or, as of old, ignored. */
function listOf(items: object[], obeysOrder = true): RequestListener {
  return (request, response) => {
    const query = new URL(request.url ?? '', 'http://host').searchParams;
    const [page, size] = [Number(query.get('page')), Number(query.get('per_page'))];
    const sorted = obeysOrder && query.get('sort') === 'desc' ? [...items].reverse() : items;
    const next = page * size < items.length ? String(page + 1) : '';
    sendJson(response, 200, sorted.slice((page - 1) * size, page * size), {
      'X-Next-Page': next,
      'X-Total': String(items.length),
    });
  };
}

function queryOf(host: Loopback, index = 0): Record<string, string> {
  return Object.fromEntries(new URL(host.seen[index]?.path ?? '', host.origin).searchParams);
}

describe('findPackages', () => {
  test('asks for generic packages of that name and version and keeps exact matches only', async () => {
    const host = await serve(
      listOf([
        pack(1, { version: '1.0.0' }),
        pack(2, { name: 'my-app-2', version: '1.0.0' }),
        pack(3, { name: 'App', version: '1.0.0' }),
        pack(4, { version: '1.0.0-rc' }),
        pack(5, { version: '1.0.0', package_type: 'npm' }),
        pack(6, { version: null }),
      ]),
    );

    const rows = await findPackages(clientOf(host.api).client, 'g/p', { name: 'app', version: '1.0.0' });

    expect(rows).toEqual([
      {
        id: 1,
        name: 'app',
        version: '1.0.0',
        status: 'default',
        tellsStatus: true,
        createdAt: '2026-01-01T00:00:00Z',
        lastDownloadedAt: undefined,
        tellsDownloads: true,
        pipeline: undefined,
        webPath: '/g/p/-/packages/1',
        deletable: false,
      },
    ]);
    expect(host.seen[0]?.path).toContain('/api/v4/projects/g%2Fp/packages?');
    expect(queryOf(host)).toEqual({
      package_type: 'generic',
      package_name: 'app',
      package_version: '1.0.0',
      order_by: 'created_at',
      sort: 'asc',
      per_page: '100',
      page: '1',
    });
  });

  test('reads every page, and once what a shift shows twice', async () => {
    const items = Array.from({ length: 250 }, (_, index) => pack(index + 1));
    items.splice(100, 0, pack(100));
    const host = await serve(listOf(items));

    const rows = await findPackages(clientOf(host.api).client, '42', { name: 'app' });

    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    // A row that came twice may have pushed another out of sight: all is read once more.
    expect(host.seen).toHaveLength(6);
  });

  test('reads no further than its limit, from the youngest on', async () => {
    const host = await serve(listOf(Array.from({ length: 250 }, (_, index) => pack(index + 1))));

    const rows = await findPackages(clientOf(host.api).client, '42', { name: 'app', newestFirst: true, limit: 2 });

    expect(rows.map((row) => row.id)).toEqual([250, 249]);
    expect(host.seen).toHaveLength(1);
    expect(queryOf(host).sort).toBe('desc');
  });

  test('of a status keeps those of that status', async () => {
    const host = await serve(listOf([pack(1), pack(2, { status: 'hidden' })]));

    const rows = await findPackages(clientOf(host.api).client, '42', { status: 'hidden' });

    expect(rows.map((row) => row.id)).toEqual([2]);
    expect(queryOf(host)).toMatchObject({ status: 'hidden' });
    expect(queryOf(host)).not.toHaveProperty('package_name');
  });

  test('names that objects have by nature are names like others', async () => {
    const host = await serve((_, response) => {
      response.end('[{"id":1,"name":"__proto__","version":"constructor","__proto__":{"id":7}}]');
    });

    const rows = await findPackages(clientOf(host.api).client, '42', { name: '__proto__', version: 'constructor' });

    expect(rows.map((row) => [row.id, row.status])).toEqual([[1, 'default']]);
  });

  test.each([
    ['no object', 'a package'],
    ['a row without id', pack(1, { id: undefined })],
    ['a row with an id that is none', pack(1, { id: '1' })],
    ['a row with a broken id', pack(1, { id: 1.5 })],
    ['a row without a name', pack(1, { name: null })],
  ])('%s in the list is refused', async (_, row) => {
    const host = await serve((__, response) => {
      sendJson(response, 200, [row]);
    });

    expect(await failureOf(findPackages(clientOf(host.api).client, '42', {}))).toMatchObject({ code: 'protocol' });
  });
});

describe('file rows', () => {
  test.each<[string, string, boolean]>([
    ['path%2Fto%2Ff.txt', 'path/to/f.txt', true],
    ['a%2Fb%2Bc%40d', 'a/b+c@d', true],
    ['b+c.txt', 'b+c.txt', true],
    ['a%252Fb', 'a%2Fb', true],
    ['a%zz', 'a%zz', false],
    ['a%C3', 'a%C3', false],
  ])('%s is the name %s (decodes: %p)', (storedName, name, decodes) => {
    expect(fileRowOf(file(1, storedName))).toMatchObject({ storedName, name, decodes });
  });

  test.each([
    ['no object', []],
    ['no id', file(1, 'f', { id: null })],
    ['no package', file(1, 'f', { package_id: undefined })],
    ['no name', file(1, '')],
    ['a size below nothing', file(1, 'f', { size: -1 })],
    ['a size in words', file(1, 'f', { size: '1' })],
    ['a broken size', file(1, 'f', { size: 0.5 })],
  ])('%s: is none', (_, row) => {
    expect(fileRowOf(row)).toBeUndefined();
  });

  test.each([
    ['AB'.repeat(32), 'ab'.repeat(32)],
    [null, undefined],
    ['', undefined],
    ['ab', undefined],
  ])('checksum %p is %p', (stored, sha256) => {
    expect(fileRowOf(file(1, 'f', { file_sha256: stored }))?.sha256).toBe(sha256);
  });

  test('of several with one name the highest id is what GitLab serves', () => {
    const rows = [file(1, 'a'), file(5, 'a'), file(3, 'a'), file(2, '__proto__')].map((row) => listedFileRowOf(row));

    expect([...newestByName(rows)].map(([name, row]) => [name, row.id])).toEqual([
      ['a', 5],
      ['__proto__', 2],
    ]);
  });
});

describe('packageFiles', () => {
  test('reads every page, oldest first', async () => {
    const host = await serve(listOf(Array.from({ length: 205 }, (_, index) => file(index + 1))));

    const rows = await packageFiles(clientOf(host.api).client, '42', 9);

    expect(rows.map((row) => row.id)).toEqual(Array.from({ length: 205 }, (_, index) => index + 1));
    expect(host.seen[0]?.path).toContain('/api/v4/projects/42/packages/9/package_files?');
  });

  test('refuses a list with something else in it', async () => {
    const host = await serve(listOf([file(1), { id: 2 }]));

    expect(await failureOf(packageFiles(clientOf(host.api).client, '42', 9))).toMatchObject({ code: 'protocol' });
  });
});

describe('newestFile', () => {
  test.each([
    ['one page', 3, true, 1],
    ['one page of an old GitLab', 3, false, 1],
    ['many pages', 250, true, 1],
    ['many pages of an old GitLab that ignores the order', 250, false, 6],
  ])('of %s is the one with the highest id, and all are counted', async (_, count, obeysOrder, requests) => {
    const host = await serve(
      listOf(
        Array.from({ length: count }, (__, index) => file(index + 1)),
        obeysOrder,
      ),
    );

    const newest = await newestFile(clientOf(host.api).client, '42', 9);

    expect(newest).toMatchObject({ file: { id: count }, total: count });
    expect(host.seen).toHaveLength(requests);
  });

  test('of an empty package is none', async () => {
    const host = await serve(listOf([]));

    expect(await newestFile(clientOf(host.api).client, '42', 9)).toBeUndefined();
  });
});

describe('deleting', () => {
  test('a file and a package, this only if unchanged', async () => {
    const host = await serve((_, response) => response.writeHead(204).end());
    const { client } = clientOf(host.api);

    await deleteFile(client, '42', 9, 3);
    await deletePackage(client, 'g/p', 9, new Date('2026-01-01T00:00:00Z'));

    expect(host.seen.map((one) => [one.method, one.path, one.headers['if-unmodified-since']])).toEqual([
      ['DELETE', '/api/v4/projects/42/packages/9/package_files/3', undefined],
      ['DELETE', '/api/v4/projects/g%2Fp/packages/9', 'Thu, 01 Jan 2026 00:00:00 GMT'],
    ]);
  });

  test('that was done although its answer was lost is done', async () => {
    let times = 0;
    const host = await serve((_, response) => {
      times += 1;
      response.writeHead(times === 1 ? 502 : 404).end();
    });

    await deleteFile(clientOf(host.api).client, '42', 9, 3);

    expect(times).toBe(2);
  });

  test.each([
    [204, 'deleted'],
    [404, 'missing'],
    [412, 'changed'],
  ])('a package is answered with %p: %s', async (status, outcome) => {
    const host = await serve((_, response) => response.writeHead(status).end());

    expect(await deletePackage(clientOf(host.api).client, '42', 9, new Date())).toBe(outcome);
  });

  test('a package fails where the token may not', async () => {
    const host = await serve((_, response) => response.writeHead(403).end());

    expect(await failureOf(deletePackage(clientOf(host.api).client, '42', 9, new Date()))).toMatchObject({
      code: 'forbidden',
      status: 403,
    });
  });

  test("GitLab's time is that of its answer, and an answer without one is none", async () => {
    const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
    const host = await serve((_, response) => {
      response.sendDate = false;
      response.writeHead(200, host.seen.length === 1 ? { Date: date } : {}).end('[]');
    });

    expect(await packagesTime(clientOf(host.api).client, '42')).toEqual(new Date(date));
    expect(await failureOf(packagesTime(clientOf(host.api).client, '42'))).toMatchObject({ code: 'protocol' });
  });
});

describe('getProject', () => {
  test('tells id, path and what else is known', async () => {
    const host = await serve((_, response) => {
      sendJson(response, 200, {
        id: 42,
        name: 'P',
        path_with_namespace: 'g/p',
        web_url: 'https://host/g/p',
        default_branch: null,
        visibility: 'private',
      });
    });

    expect(await getProject(clientOf(host.api).client, 'g/p')).toEqual({
      id: 42,
      name: 'P',
      path: 'g/p',
      webUrl: 'https://host/g/p',
      defaultBranch: undefined,
      visibility: 'private',
    });
    expect(host.seen[0]?.path).toBe('/api/v4/projects/g%2Fp');
  });

  test('refuses what is no project', async () => {
    const host = await serve((_, response) => {
      sendJson(response, 200, { hello: 'world' });
    });

    expect(await failureOf(getProject(clientOf(host.api).client, '42'))).toMatchObject({ code: 'protocol' });
  });
});

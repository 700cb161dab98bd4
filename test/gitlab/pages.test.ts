/** Lists that come in pages, by each of the ways in which GitLab tells the next one. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Failure } from '../../src/core/errors.ts';
import type { Client, Page } from '../../src/gitlab/types.ts';
import { clientOf, closeAll, failureOf, sendJson, serve, type Loopback } from './loopback.ts';

afterEach(closeAll);

/** A list of three pages; `headers` says how each page names the next. */
function listing(headers: (page: number, origin: string) => OutgoingHttpHeaders): Promise<Loopback> {
  return serve((request, response) => {
    const url = new URL(request.url ?? '', 'http://host');
    const page = Number(url.searchParams.get('page'));
    sendJson(response, 200, page > 3 ? [] : [`item ${page}`], headers(page, `http://${request.headers.host ?? ''}`));
  });
}

async function read(client: Client): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of client.pages('/list', { query: { sort: 'asc' } })) pages.push(page);
  return pages;
}

describe('pages', () => {
  test.each<[string, (page: number, origin: string) => OutgoingHttpHeaders]>([
    ['X-Next-Page', (page) => ({ 'X-Next-Page': page < 3 ? String(page + 1) : '', 'X-Total': '3' })],
    [
      'Link',
      (page, origin) => ({
        'X-Total': '3',
        Link:
          page < 3
            ? `<${origin}/api/v4/list?page=1>; rel="first", <${origin}/api/v4/list?sort=asc&page=${page + 1}&per_page=100>; rel="next"`
            : `<x>; rel="first"`,
      }),
    ],
    [
      'a relative Link',
      (page) => ({
        'X-Total': '3',
        ...(page < 3 ? { Link: `<?sort=asc&page=${page + 1}&per_page=100>; rel=next` } : {}),
      }),
    ],
  ])('are followed by %s', async (_, headers) => {
    const host = await listing(headers);

    const pages = await read(clientOf(host.api).client);

    expect(pages).toEqual([
      { items: ['item 1'], page: 1, total: 3, last: false },
      { items: ['item 2'], page: 2, total: 3, last: false },
      { items: ['item 3'], page: 3, total: 3, last: true },
    ]);
    expect(host.seen.map((one) => one.path)).toEqual(
      [1, 2, 3].map((page) => expect.stringMatching(new RegExp(`^/api/v4/list\\?.*page=${page}\\b`)) as unknown),
    );
    for (const one of host.seen) {
      const { searchParams } = new URL(one.path, host.origin);
      expect([searchParams.get('sort'), searchParams.get('per_page')]).toEqual(['asc', '100']);
    }
  });

  test('are read no further than they are asked for', async () => {
    const host = await listing((page) => ({ 'X-Next-Page': String(page + 1) }));

    for await (const page of clientOf(host.api).client.pages('/list')) {
      if (page.page === 1) break;
    }

    expect(host.seen).toHaveLength(1);
  });

  test('end with the only one where nothing names another, and have no total then', async () => {
    const host = await listing(() => ({}));

    expect(await read(clientOf(host.api).client)).toEqual([
      { items: ['item 1'], page: 1, total: undefined, last: true },
    ]);
  });

  test.each<[string, (page: number) => OutgoingHttpHeaders]>([
    ['goes back', (page) => ({ 'X-Next-Page': page === 1 ? '2' : '1' })],
    ['stands still', (page) => ({ 'X-Next-Page': String(page) })],
    ['is no number', () => ({ 'X-Next-Page': 'two' })],
    ['has a Link without a number', () => ({ Link: '</api/v4/list?cursor=x>; rel="next"' })],
    ['goes on for ever', (page) => ({ 'X-Next-Page': String(page + 1) })],
  ])('that %s are refused', async (_, headers) => {
    const host = await listing(headers);

    const thrown = await failureOf(read(clientOf(host.api).client));

    expect(thrown).toMatchObject({ code: 'protocol' });
    expect(host.seen.length).toBeLessThanOrEqual(4);
  });

  test.each([
    ['alone', {}],
    ['beside X-Next-Page', { 'X-Next-Page': '2' }],
  ])('are not looked for at another origin: a Link %s', async (_, others) => {
    const away = await serve((__, response) => {
      sendJson(response, 200, []);
    });
    const host = await listing(() => ({ ...others, Link: `<${away.origin}/api/v4/list?page=2>; rel="next"` }));

    const thrown = (await failureOf(read(clientOf(host.api).client))) as Failure;

    expect(thrown.code).toBe('protocol');
    expect(thrown.message).toContain(away.origin);
    expect(away.seen).toEqual([]);
  });

  test('are lists', async () => {
    const host = await serve((_, response) => {
      sendJson(response, 200, { message: 'hello' });
    });

    expect(await failureOf(read(clientOf(host.api).client))).toMatchObject({ code: 'protocol' });
  });

  test('are asked for again after a passing failure, each by itself', async () => {
    let times = 0;
    const host = await serve((_, response) => {
      times += 1;
      if (times % 2 === 1) response.writeHead(503).end();
      else sendJson(response, 200, [times], { 'X-Next-Page': times < 6 ? String(times / 2 + 1) : '' });
    });

    expect((await read(clientOf(host.api, { retries: 1 }).client)).map((page) => page.items)).toEqual([[2], [4], [6]]);
  });
});

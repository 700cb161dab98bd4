/** Lists that come in pages: each row is seen, or the list is refused; never fewer rows as if that were all. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import type { Failure } from '../../src/core/errors.ts';
import type { Client } from '../../src/gitlab/types.ts';
import { clientOf, closeAll, failureOf, sendJson, serve, type Loopback } from './loopback.ts';

afterEach(closeAll);

interface Asked {
  readonly page: number;
  readonly size: number;
  readonly total: number;
  readonly pages: number;
  readonly origin: string;
}

/** How a page tells of the others. */
type Telling = (asked: Asked) => OutgoingHttpHeaders;

function links(asked: Asked, address: string): string {
  const link = (page: number, relation: string): string =>
    `<${address}page=${page}&per_page=${asked.size}>; rel="${relation}"`;
  const next = asked.page < asked.pages ? [link(asked.page + 1, 'next')] : [];
  return [...next, link(1, 'first'), link(asked.pages, 'last')].join(', ');
}

const nextPage: Telling = ({ page, pages }) => ({ 'X-Next-Page': page < pages ? String(page + 1) : '' });
const counts: Telling = ({ total, pages }) => ({ 'X-Total': String(total), 'X-Total-Pages': String(pages) });
const gitlab: Telling = (asked) => ({
  ...nextPage(asked),
  ...counts(asked),
  Link: links(asked, `${asked.origin}/api/v4/list?`),
});

interface List {
  rows: number[];
  /** Before a request is answered; told its number, from 1. */
  before?: (list: List, request: number) => void;
}

function rowsTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Serves the rows as ids, in pages as they are asked for. */
function listing(list: List, telling: Telling): Promise<Loopback> {
  let requests = 0;
  return serve((request, response) => {
    requests += 1;
    list.before?.(list, requests);
    const { searchParams } = new URL(request.url ?? '', 'http://host');
    const [page, size] = [Number(searchParams.get('page')), Number(searchParams.get('per_page'))];
    const total = list.rows.length;
    const asked = { page, size, total, pages: Math.ceil(total / size), origin: `http://${request.headers.host ?? ''}` };
    sendJson(response, 200, list.rows.slice((page - 1) * size, page * size), telling(asked));
  });
}

function read(client: Client, most?: number): Promise<number[]> {
  return client.rows('/list', (item) => ({ key: item as number, row: item as number }), {
    query: { sort: 'asc' },
    most,
  });
}

const TELLINGS: [string, Telling][] = [
  ['all of GitLab’s headers', gitlab],
  ['X-Next-Page alone', nextPage],
  ['X-Total alone', counts],
  ['Link alone', (asked) => ({ Link: links(asked, `${asked.origin}/api/v4/list?`) })],
  ['a relative Link', (asked) => ({ Link: links(asked, '?') })],
  ['a Link of another origin', (asked) => ({ Link: links(asked, 'https://outer.example/api/v4/list?') })],
  ['a Link below another path', (asked) => ({ Link: links(asked, `${asked.origin}/gitlab/api/v4/list?`) })],
  ['a Link with commas in its address', (asked) => ({ Link: links(asked, `${asked.origin}/list?a=1,2;3,4&`) })],
  ['a Link after one that is not about pages', (asked) => ({ Link: `</x.css>; rel="preload", ${links(asked, '?')}` })],
  ['a Link that is not about pages', () => ({ Link: '</x.css>; rel="preload"; title="a, b"' })],
  ['no header at all', () => ({})],
];

describe.each(TELLINGS)('a list told by %s', (_, telling) => {
  test.each([0, 100, 101, 250, 1000])('of %i rows is read whole, from the address that was given', async (count) => {
    const host = await listing({ rows: rowsTo(count) }, telling);

    expect(await read(clientOf(host.api).client)).toEqual(rowsTo(count));

    for (const one of host.seen) {
      const { pathname, searchParams } = new URL(one.path, host.origin);
      expect([pathname, searchParams.get('sort')]).toEqual(['/api/v4/list', 'asc']);
    }
  });

  // Each request in turn is the first to see the shorter list.
  test.each([2, 3, 4, 5])('loses no row when one of an earlier page is deleted before request %i', async (when) => {
    const list: List = {
      rows: rowsTo(250),
      before: (changed, request) => {
        if (request === when) changed.rows = changed.rows.filter((row) => row !== 50);
      },
    };
    const host = await listing(list, telling);

    const rows = await read(clientOf(host.api, { concurrency: 1 }).client);

    expect(new Set(rows).size).toBe(rows.length);
    expect(rowsTo(250).filter((row) => row !== 50 && !rows.includes(row))).toEqual([]);
  });

  test.each([2, 3, 4, 5])('nor when another row comes at the same time, before request %i', async (when) => {
    const list: List = {
      rows: rowsTo(250),
      before: (changed, request) => {
        if (request === when) changed.rows = [...changed.rows.filter((row) => row !== 50), 251];
      },
    };
    const host = await listing(list, telling);

    const rows = await read(clientOf(host.api, { concurrency: 1 }).client);

    expect(rowsTo(250).filter((row) => row !== 50 && !rows.includes(row))).toEqual([]);
  });

  test('that repeats its first page is refused', async () => {
    const host = await serve((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://host');
      const [page, size] = [Number(searchParams.get('page')), Number(searchParams.get('per_page'))];
      const asked = { page, size, total: 250, pages: 3, origin: 'http://host' };
      sendJson(response, 200, rowsTo(size), telling(asked));
    });

    expect(await failureOf(read(clientOf(host.api).client))).toMatchObject({ code: 'protocol' });
    expect(host.seen.length).toBeLessThan(10);
  });
});

describe('a list without end', () => {
  test.each<[string, Telling]>([
    ['X-Next-Page', ({ page }) => ({ 'X-Next-Page': String(page + 1) })],
    ['Link', ({ page }) => ({ Link: `<?page=${page + 1}>; rel=next` })],
  ])('whose %s goes on behind its last row is refused', async (_, telling) => {
    const host = await listing({ rows: rowsTo(250) }, telling);

    expect(await failureOf(read(clientOf(host.api).client))).toMatchObject({ code: 'protocol' });
    expect(host.seen.length).toBeLessThan(10);
  });

  test.each<[string, (page: number) => OutgoingHttpHeaders]>([
    ['tells a next page', (page) => ({ 'X-Next-Page': String(page + 1) })],
    ['tells more pages', (page) => ({ 'X-Next-Page': String(page + 1), 'X-Total-Pages': '6000' })],
    ['told fewer pages', (page) => ({ 'X-Next-Page': String(page + 1), 'X-Total-Pages': '3' })],
  ])('of new rows that %s is refused without reading the 5,000 pages', async (_, headers) => {
    const host = await serve((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://host').searchParams.get('page'));
      sendJson(response, 200, [page], headers(page));
    });

    const thrown = (await failureOf(read(clientOf(host.api).client))) as Failure;

    expect(thrown).toMatchObject({ code: 'protocol' });
    expect(thrown.message).toContain('past 5000 pages');
    expect(host.seen.length).toBeLessThan(220);
  });

  test('of 5,000 pages is refused where the page behind them cannot be had', async () => {
    const host = await serve((request, response) => {
      const page = Number(new URL(request.url ?? '', 'http://host').searchParams.get('page'));
      if (page > 5000) sendJson(response, 400, { message: 'offset is too large' });
      else sendJson(response, 200, [page], { 'X-Next-Page': String(page + 1) });
    });

    const thrown = (await failureOf(read(clientOf(host.api).client))) as Failure;

    expect(thrown.message).toContain('past 5000 pages');
    expect(host.seen).toHaveLength(5001);
  });

  test.each<[string, Telling]>([
    ['goes back', ({ page }) => ({ 'X-Next-Page': page === 1 ? '2' : '1' })],
    ['stands still', ({ page }) => ({ 'X-Next-Page': String(page) })],
    ['leaves pages out', ({ page }) => ({ 'X-Next-Page': String(page + 2) })],
    ['is no number', () => ({ 'X-Next-Page': 'two' })],
    ['has a Link without a number', () => ({ Link: '</api/v4/list?cursor=x>; rel="next"' })],
  ])('or whose next page %s is refused', async (_, telling) => {
    const host = await listing({ rows: rowsTo(250) }, telling);

    expect(await failureOf(read(clientOf(host.api).client))).toMatchObject({ code: 'protocol' });
    expect(host.seen.length).toBeLessThan(5);
  });

  test('that changes at each request is told as such', async () => {
    const list: List = {
      rows: rowsTo(250),
      before: (changed) => {
        changed.rows = [...changed.rows.slice(1), (changed.rows.at(-1) ?? 0) + 1];
      },
    };
    const host = await listing(list, gitlab);

    const thrown = (await failureOf(read(clientOf(host.api).client))) as Failure;

    expect(thrown).toMatchObject({ code: 'conflict' });
    expect(thrown.message).toContain('changes faster than it can be read');
    expect(host.seen.length).toBeLessThan(40);
  });
});

describe('the pages of a list', () => {
  test('are asked for at once after the first where their number is known, as many as the client may', async () => {
    let now = 0;
    let most = 0;
    const host = await serve((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://host');
      const [page, size] = [Number(searchParams.get('page')), Number(searchParams.get('per_page'))];
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        const asked = { page, size, total: 1000, pages: 10, origin: 'http://host' };
        sendJson(response, 200, rowsTo(1000).slice((page - 1) * size, page * size), gitlab(asked));
      }, 20);
    });

    expect(await read(clientOf(host.api, { concurrency: 4 }).client)).toHaveLength(1000);

    expect(most).toBe(4);
    // Ten pages, and both ends once more: nothing has moved.
    expect(host.seen).toHaveLength(12);
  });

  test('are not asked for in vain more often than there are pages where it is not known', async () => {
    const host = await listing({ rows: rowsTo(450) }, nextPage);

    await read(clientOf(host.api).client);

    const first = host.seen.filter((one) => one.path.includes('per_page=100'));
    expect(first.length).toBeLessThanOrEqual(10);
  });

  test('are read no further than so many rows', async () => {
    const host = await listing({ rows: rowsTo(1000) }, gitlab);

    expect(await read(clientOf(host.api, { concurrency: 1 }).client, 150)).toEqual(rowsTo(150));

    expect(host.seen).toHaveLength(2);
  });

  test('are read to the end of a long list whose end nobody tells', async () => {
    const host = await listing({ rows: rowsTo(25_000) }, () => ({}));

    expect(await read(clientOf(host.api).client)).toEqual(rowsTo(25_000));

    expect(host.seen.filter((one) => one.path.includes('page=5001'))).toHaveLength(1);
  });

  test('behind the last one may fail', async () => {
    const host = await serve((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://host');
      const [page, size] = [Number(searchParams.get('page')), Number(searchParams.get('per_page'))];
      if (page > 4) sendJson(response, 400, { message: 'offset is too large' });
      else sendJson(response, 200, rowsTo(310).slice((page - 1) * size, page * size));
    });

    expect(await read(clientOf(host.api).client)).toEqual(rowsTo(310));
  });

  test('are lists', async () => {
    const host = await serve((_, response) => {
      sendJson(response, 200, { message: 'hello' });
    });

    expect(await failureOf(read(clientOf(host.api).client))).toMatchObject({ code: 'protocol' });
  });

  test('are asked for again after a passing failure, each by itself', async () => {
    let times = 0;
    const list = await listing({ rows: rowsTo(250) }, gitlab);
    const host = await serve((request, response) => {
      times += 1;
      if (times % 2 === 1) {
        response.writeHead(503).end();
        return;
      }
      void fetch(`${list.origin}${request.url ?? ''}`).then(async (answer) => {
        response.writeHead(200, { 'X-Next-Page': answer.headers.get('x-next-page') ?? '' });
        response.end(await answer.text());
      });
    });

    expect(await read(clientOf(host.api, { retries: 1, concurrency: 1 }).client)).toEqual(rowsTo(250));
  });
});

test('the first page alone tells how many rows there are', async () => {
  const host = await listing({ rows: rowsTo(250) }, gitlab);

  const page = await clientOf(host.api).client.firstPage('/list');

  expect(page).toEqual({ items: rowsTo(100), page: 1, total: 250, pages: 3, last: false });
  expect(host.seen).toHaveLength(1);
});

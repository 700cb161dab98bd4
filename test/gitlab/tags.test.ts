/** The project's tags with a prefix. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { findTags } from '../../src/gitlab/api/tags.ts';
import { clientOf, closeAll, failureOf, sendJson, serve } from './loopback.ts';

afterEach(closeAll);

const NAMES = Array.from({ length: 230 }, (_, index) => `cli/v1.0.${index}`);

/** Pages by `X-Next-Page` or, where there is none, by `Link`. */
function serveTags(names: readonly string[], by: 'header' | 'link' = 'header') {
  return serve((request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host ?? ''}`);
    const [page, size] = [Number(url.searchParams.get('page')), Number(url.searchParams.get('per_page'))];
    const more = page * size < names.length;
    url.searchParams.set('page', String(page + 1));
    const link: Record<string, string> = more ? { Link: `<${url.href}>; rel="next"` } : {};
    const headers = by === 'header' ? { 'X-Next-Page': more ? String(page + 1) : '' } : link;
    sendJson(
      response,
      200,
      names.slice((page - 1) * size, page * size).map((name) => ({ name, target: 'abc' })),
      headers,
    );
  });
}

describe('findTags', () => {
  test.each(['header', 'link'] as const)('reads every page, found by %s', async (by) => {
    const host = await serveTags(NAMES, by);

    expect(await findTags(clientOf(host.api).client, 'g/p', 'cli/v')).toEqual(NAMES);
    expect(host.seen[0]?.path).toBe('/api/v4/projects/g%2Fp/repository/tags?search=%5Ecli%2Fv&per_page=100&page=1');
  });

  test('compares the prefix itself, for the search of GitLab is without case', async () => {
    const host = await serveTags(['CLI/v2.0.0', 'cli/v1.0.0', 'xcli/v3.0.0', 'cli/v1.0.0']);
    expect(await findTags(clientOf(host.api).client, '42', 'cli/v')).toEqual(['cli/v1.0.0']);
  });

  test('without a prefix searches for nothing', async () => {
    const host = await serveTags(['1.0.0', 'v2.0.0', 'nightly']);

    expect(await findTags(clientOf(host.api).client, '42', '')).toEqual(['1.0.0', 'v2.0.0', 'nightly']);
    expect(host.seen[0]?.path).toBe('/api/v4/projects/42/repository/tags?per_page=100&page=1');
  });

  test.each([{ data: [{ target: 'abc' }] }, { data: [null] }, { data: ['v1'] }])(
    'an entry without a name is a broken list: $data',
    async ({ data }) => {
      const host = await serve((_request, response) => {
        sendJson(response, 200, data, { 'X-Next-Page': '' });
      });
      expect(await failureOf(findTags(clientOf(host.api).client, '42', ''))).toMatchObject({ code: 'protocol' });
    },
  );

  test('a project that cannot be seen is an error', async () => {
    const host = await serve((_request, response) => {
      sendJson(response, 404, { message: '404 Project Not Found' });
    });
    expect(await failureOf(findTags(clientOf(host.api).client, '42', 'v'))).toMatchObject({ code: 'not-found' });
  });
});

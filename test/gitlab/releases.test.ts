/** Releases and their links: reading and writing them. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { addLink, changeLink, createRelease, findRelease, removeLink } from '../../src/gitlab/api/releases.ts';
import { clientOf, closeAll, failureOf, sendJson, serve, type Loopback } from './loopback.ts';

afterEach(closeAll);

const SHOWN = {
  tag_name: 'cli/v1.0.0',
  name: 'One',
  description: 'First\n',
  milestones: [{ title: 'M1' }, { title: 'M2' }],
  commit: { id: 'abc' },
  _links: { self: 'https://user:secret@gitlab.example/g/p/-/releases/cli%2Fv1.0.0?x=1#y' },
  assets: {
    links: [
      { id: 7, name: 'a', url: 'https://a.example/', direct_asset_url: 'https://b.example/', link_type: 'package' },
    ],
  },
};

function answering(status: number, data: unknown): Promise<Loopback> {
  return serve((_request, response) => {
    sendJson(response, status, data);
  });
}

/** Answers everything with a release, and keeps what was sent. */
async function recording(): Promise<{ host: Loopback; bodies: unknown[] }> {
  const bodies: unknown[] = [];
  const host = await serve((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    request.on('end', () => {
      bodies.push(text === '' ? undefined : JSON.parse(text));
      sendJson(response, 200, SHOWN);
    });
  });
  return { host, bodies };
}

describe('a release', () => {
  test('is read whole, its address without what is nobody’s business', async () => {
    const host = await answering(200, SHOWN);
    expect(await findRelease(clientOf(host.api).client, 'g/p', 'cli/v1.0.0')).toEqual({
      tag: 'cli/v1.0.0',
      name: 'One',
      description: 'First\n',
      milestones: ['M1', 'M2'],
      commit: 'abc',
      page: 'https://gitlab.example/g/p/-/releases/cli%2Fv1.0.0',
      links: [{ id: 7, name: 'a', url: 'https://a.example/', directUrl: 'https://b.example/', type: 'package' }],
    });
    expect(host.seen[0]?.path).toBe('/api/v4/projects/g%2Fp/releases/cli%2Fv1.0.0');
  });

  test('of an old GitLab has less', async () => {
    const host = await answering(200, {
      tag_name: 'v1',
      description: null,
      assets: { links: [{ id: 1, name: 'a', url: 'b' }] },
      _links: { self: 'javascript:alert(1)' },
    });
    expect(await findRelease(clientOf(host.api).client, '42', 'v1')).toEqual({
      tag: 'v1',
      name: 'v1',
      description: '',
      milestones: [],
      commit: undefined,
      page: undefined,
      links: [{ id: 1, name: 'a', url: 'b', directUrl: undefined, type: undefined }],
    });
  });

  test.each([
    [404, { message: '404 Not Found' }],
    [404, { message: 'Not Found' }],
    [403, { message: '403 Forbidden' }],
  ])('is missing: %s %j', async (status, data) => {
    const host = await answering(status, data);
    expect(await findRelease(clientOf(host.api).client, '42', 'v1')).toBeUndefined();
  });

  test.each([
    [404, { message: '404 Project Not Found' }, 'not-found'],
    [403, { error: 'insufficient_scope' }, 'forbidden'],
    [403, { message: '403 Forbidden - Authentication by CI/CD job token not allowed from a/b to c/d.' }, 'forbidden'],
    [401, { message: '401 Unauthorized' }, 'unauthorized'],
    [200, [], 'protocol'],
    [200, { name: 'Release-1' }, 'protocol'],
    [200, { tag_name: 'v1', assets: { links: [{ id: '1' }] } }, 'protocol'],
  ])('is not taken for missing: %s %j', async (status, data, code) => {
    const host = await answering(status, data);
    expect(await failureOf(findRelease(clientOf(host.api).client, '42', 'v1'))).toMatchObject({ code });
  });

  test('is made with all its links in one request', async () => {
    const { host, bodies } = await recording();
    const links = [
      { name: 'a', url: 'https://a.example/', path: '/a' },
      { name: 'b+c', url: 'https://b.example/', path: undefined },
    ];
    await createRelease(clientOf(host.api).client, '42', {
      tag: 'v1',
      ref: 'main',
      name: 'v1',
      milestones: ['M1'],
      links,
    });
    expect(bodies).toEqual([
      {
        tag_name: 'v1',
        ref: 'main',
        name: 'v1',
        milestones: ['M1'],
        assets: {
          links: [
            { name: 'a', url: 'https://a.example/', link_type: 'package', direct_asset_path: '/a' },
            { name: 'b+c', url: 'https://b.example/', link_type: 'package' },
          ],
        },
      },
    ]);
  });
});

test('a link that is changed says its type, which GitLab would set back', async () => {
  const { host, bodies } = await recording();
  const { client } = clientOf(host.api);
  const link = { name: 'a', url: 'https://a.example/', path: undefined };
  await addLink(client, '42', 'cli/v1', link);
  await changeLink(client, '42', 'cli/v1', { id: 7, ...link });
  expect(bodies).toEqual([
    { name: 'a', url: 'https://a.example/', link_type: 'package' },
    { name: 'a', url: 'https://a.example/', link_type: 'package' },
  ]);
  expect(host.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'POST /api/v4/projects/42/releases/cli%2Fv1/assets/links',
    'PUT /api/v4/projects/42/releases/cli%2Fv1/assets/links/7',
  ]);
});

test('a link that another run removed is removed', async () => {
  const gone = await answering(404, { message: '404 Not found' });
  await expect(removeLink(clientOf(gone.api).client, '42', 'v1', 7)).resolves.toBeUndefined();
  const refused = await answering(403, { message: '403 Forbidden' });
  expect(await failureOf(removeLink(clientOf(refused.api).client, '42', 'v1', 7))).toMatchObject({ code: 'forbidden' });
});

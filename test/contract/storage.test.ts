/** What GitLab promises where packages lie in object storage: behind a proxy, or by redirect to another origin. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Answer, ask } from './ask.ts';
import { DEVELOPER, type Gitlab, startGitlab } from './instance.ts';

let gitlab: Gitlab;
let now = Date.parse('2026-01-01T00:00:00Z');
afterEach(() => gitlab.close());

const start = async (object_storage: string, settings = {}): Promise<void> => {
  gitlab = await startGitlab({ object_storage, ...settings }, { clock: () => now });
  await gitlab.put('pkg/1.0.0/dir/f.txt', 'hello');
  await gitlab.put('pkg/1.0.0/empty', '');
  await gitlab.put('pkg/1.0.0/large', Buffer.alloc(200_000, 7));
};

/** Follows a redirect by hand, with just these headers. */
function follow(answer: Answer, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const target = new URL(answer.headers.location ?? '');
  return ask(target.origin, method, target.pathname + target.search, { headers });
}

describe('behind a proxy', () => {
  test("the store's headers come through, with the checksum and an entity tag", async () => {
    await start('proxy');
    const answer = await gitlab.get('pkg/1.0.0/dir/f.txt');
    expect([answer.status, answer.text]).toEqual([200, 'hello']);
    const { etag } = answer.headers;
    expect(etag).toMatch(/^".+"$/);
    expect(answer.headers['x-checksum-sha256']).toHaveLength(64);
    const part = await gitlab.get('pkg/1.0.0/dir/f.txt', { ...DEVELOPER, Range: 'bytes=1-2', 'If-Range': etag ?? '' });
    expect([part.status, part.text]).toEqual([206, 'el']);
    expect((await gitlab.get('pkg/1.0.0/dir/f.txt', { ...DEVELOPER, 'If-None-Match': etag ?? '' })).status).toBe(304);
    expect((await gitlab.get('pkg/1.0.0/dir/f.txt', { ...DEVELOPER, 'If-Match': '"other"' })).status).toBe(412);
    expect(gitlab.registry.storageUrl).toBeUndefined();
  });
});

describe('by redirect', () => {
  test('the answer is 302 to another origin, without a checksum', async () => {
    await start('redirect');
    const answer = await gitlab.get('pkg/1.0.0/dir/f.txt');
    expect([answer.status, answer.headers['x-checksum-sha256']]).toEqual([302, undefined]);
    expect(new URL(answer.headers.location ?? '').origin).toBe(gitlab.registry.storageUrl);
    expect(gitlab.registry.storageUrl).not.toBe(gitlab.registry.url);
    const followed = await follow(answer);
    expect([followed.status, followed.text, followed.headers['x-checksum-sha256']]).toEqual([200, 'hello', undefined]);
    expect(followed.headers['content-disposition']).toBe('attachment; filename="f.txt"; filename*=UTF-8\'\'f.txt');
  });

  test('ranges are the business of the store, which knows of no range in an empty file', async () => {
    await start('redirect');
    const first = await gitlab.get('pkg/1.0.0/large', { ...DEVELOPER, Range: 'bytes=0-0' });
    expect(first.status).toBe(302);
    const part = await follow(first, { Range: 'bytes=0-0' });
    expect([part.status, part.headers['content-range'], part.body.length]).toEqual([206, 'bytes 0-0/200000', 1]);
    const empty = await follow(await gitlab.get('pkg/1.0.0/empty'), { Range: 'bytes=0-0' });
    expect([empty.status, empty.headers['content-range']]).toEqual([416, 'bytes */0']);
  });

  test('HEAD is redirected to an address that is good for HEAD only', async () => {
    await start('redirect');
    const head = await gitlab.api('HEAD', '/projects/42/packages/generic/pkg/1.0.0/large', { headers: DEVELOPER });
    expect(head.status).toBe(302);
    const followed = await follow(head, {}, 'HEAD');
    expect([followed.status, followed.headers['content-length']]).toEqual([200, '200000']);
    expect((await follow(head)).status).toBe(403);
  });

  test.each([
    ['PRIVATE-TOKEN', 'glpat-developer', 200, 400],
    ['JOB-TOKEN', 'x', 200, 400],
    ['DEPLOY-TOKEN', 'x', 200, 400],
    ['Authorization', 'Bearer x', 400, 400],
    ['Authorization', 'Basic eA==', 400, 400],
    ['Authorization', 'Digest x', 400, 400],
  ])('the store meets %s: %s as a real one, or a strict one, does', async (name, value, real, strict) => {
    for (const [object_storage_strict, status] of [
      [false, real],
      [true, strict],
    ] as const) {
      await start('redirect', { object_storage_strict });
      const answer = await follow(await gitlab.get('pkg/1.0.0/dir/f.txt'), { [name]: value });
      expect(answer.status).toBe(status);
      if (status === 400) expect(answer.text).toContain('<Code>InvalidArgument</Code>');
      expect(gitlab.registry.storageRequests[0]?.headers[name.toLowerCase()]).toBe(value);
      if (!object_storage_strict) await gitlab.close();
    }
  });

  test('who brings a credential to the store is counted', async () => {
    await start('redirect');
    await follow(await gitlab.get('pkg/1.0.0/dir/f.txt'));
    expect(gitlab.registry.storageLeaks).toBe(0);
    await follow(await gitlab.get('pkg/1.0.0/dir/f.txt'), { 'JOB-TOKEN': 'x' });
    expect(gitlab.registry.storageLeaks).toBe(1);
  });

  test('an address expires, and none can be made up', async () => {
    await start('redirect');
    const answer = await gitlab.get('pkg/1.0.0/dir/f.txt');
    now += 599_000;
    expect((await follow(answer)).status).toBe(200);
    now += 2_000;
    const late = await follow(answer);
    expect([late.status, late.text.includes('<Code>AccessDenied</Code>')]).toEqual([403, true]);
    const location = answer.headers.location ?? '';
    for (const forged of [location.replace('f.txt', 'g.txt'), location.replace('Expires=600', 'Expires=6000')]) {
      expect((await follow({ ...answer, headers: { location: forged } })).text).toContain('SignatureDoesNotMatch');
    }
    const bare = await follow({ ...answer, headers: { location: location.split('?')[0] ?? '' } });
    expect(bare.status).toBe(403);
  });

  test.each([
    ['127.0.0.1', 'localhost'],
    ['localhost', '127.0.0.1'],
    ['gitlab.example', 'gitlab.example'],
  ])('a client that came to %s is sent to %s', async (name, other) => {
    gitlab = await startGitlab({ object_storage: 'redirect' }, { allowHosts: ['gitlab.example'] });
    await gitlab.put('pkg/1.0.0/f');
    const answer = await gitlab.get('pkg/1.0.0/f', { ...DEVELOPER, Host: `${name}:80` });
    expect(new URL(answer.headers.location ?? '').hostname).toBe(other);
  });
});

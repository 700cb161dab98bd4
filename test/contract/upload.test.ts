/** What GitLab promises of an upload: order of checks, answers, stored names, repeats, visibility. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ask, itemsOf, recordOf } from './ask.ts';
import { DEVELOPER, type Gitlab, MAINTAINER, startGitlab } from './instance.ts';

let gitlab: Gitlab;
beforeAll(async () => {
  gitlab = await startGitlab();
});
afterAll(() => gitlab.close());

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('a stored upload', () => {
  test('is answered 201 with a fixed message', async () => {
    const answer = await gitlab.put('stored/1.0.0/a.txt');
    expect([answer.status, answer.text]).toEqual([201, '{"message":"201 Created"}']);
  });

  test('with select=package_file is answered 200 with the record', async () => {
    const answer = await gitlab.put('stored/1.0.0/b.txt?select=package_file', 'hello');
    expect(answer.status).toBe(200);
    expect(recordOf(answer)).toMatchObject({
      file_name: 'b.txt',
      size: 5,
      file_sha256: sha256('hello'),
      file_md5: null,
      file_sha1: null,
      file_store: 1,
      status: 'default',
      project_id: 42,
    });
    expect(Object.keys(recordOf(answer))).toEqual(
      expect.arrayContaining(['id', 'package_id', 'created_at', 'updated_at', 'file', 'verification_state']),
    );
  });

  test('may be empty', async () => {
    const answer = await gitlab.put('stored/1.0.0/empty?select=package_file', '');
    expect(recordOf(answer)).toMatchObject({ size: 0, file_sha256: sha256('') });
    expect((await gitlab.get('stored/1.0.0/empty')).body.length).toBe(0);
  });

  test('may come in chunks of unknown length and without a type', async () => {
    const answer = await gitlab.api('PUT', '/projects/42/packages/generic/stored/1.0.0/chunks', {
      headers: { ...DEVELOPER, 'Transfer-Encoding': 'chunked' },
      body: 'in chunks',
    });
    expect(answer.status).toBe(201);
    expect((await gitlab.get('stored/1.0.0/chunks')).text).toBe('in chunks');
  });

  test('is kept as it came when it is a multipart form', async () => {
    const form = '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nhi\r\n--x--\r\n';
    await gitlab.put('stored/1.0.0/form', form, { ...DEVELOPER, 'Content-Type': 'multipart/form-data; boundary=x' });
    expect((await gitlab.get('stored/1.0.0/form')).text).toBe(form);
  });

  test('goes by project id, by encoded path, and with any segment encoded', async () => {
    const byPath = await gitlab.api(
      'PUT',
      '/projects/acme%2Ftools%2Fwidget/packages/generic/stored/1%2E0%2E0/%64ots%2Etxt',
      {
        headers: DEVELOPER,
        body: 'x',
      },
    );
    expect(byPath.status).toBe(201);
    expect((await gitlab.get('stored/1.0.0/dots.txt')).status).toBe(200);
  });
});

describe('names', () => {
  test.each([
    ['1.2', 201],
    ['1.2.3g', 201],
    ['v1.2.4-build', 201],
    ['1.0.0+meta', 201],
    ['0123456789abcdef0123456789abcdef01234567', 201],
    ['..1.2.3', 400],
    ['1..2', 400],
    ['1.2.3%20a', 400],
    ['%2e%2e%2f1.2.3', 400],
    ['1%2F2', 400],
  ])('version %s is answered %i', async (version, status) => {
    const answer = await gitlab.put(`names/${version}/f.txt`);
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.text).toBe('{"error":"package_version is invalid"}');
  });

  test.each([
    ['name.with_all-of+it', 'f', undefined],
    ['names', '.env', undefined],
    ['names', 'a@b', undefined],
    ['names', 'a~b', undefined],
    ['names', 'a+b', undefined],
    ['names', '@a', 'file_name is invalid'],
    ['names', 'a~', 'file_name is invalid'],
    ['names', 'a%20b', 'file_name is invalid'],
    ['names', 'a%2Fb', 'file_name is invalid'],
    ['names', 'a%25b', 'file_name is invalid'],
    ['names', '%C3%A9', 'file_name is invalid'],
    ['names', 'a%0A', 'file_name is invalid, file_name should be a valid file path'],
    ['names', '..', 'file_name should be a valid file path'],
    ['a%20b', 'f', 'package_name is invalid'],
    ['a@b', 'f', 'package_name is invalid'],
    ['..', 'f', 'package_name should be a valid file path'],
  ])('package %s with file %s: %s', async (name, file, error) => {
    const answer = await gitlab.put(`${name}/2.0.0/${file}`);
    if (error === undefined) expect(answer.status).toBe(201);
    else expect([answer.status, recordOf(answer)]).toEqual([400, { error }]);
  });

  test.each([
    ['dir/sub/f.txt', 'dir%2Fsub%2Ff.txt'],
    ['dir/b+c@d.txt', 'dir%2Fb%2Bc%40d.txt'],
    ['dir/a~b', 'dir%2Fa%7Eb'],
    ['with%20blank/%C3%A9/f', 'with%20blank%2F%C3%A9%2Ff'],
    ['b+c.txt', 'b+c.txt'],
  ])('%s is stored as %s and served by its path', async (path, stored) => {
    const answer = await gitlab.put(`nested/1.0.0/${path}?select=package_file`, path);
    expect(recordOf(answer).file_name).toBe(stored);
    expect((await gitlab.get(`nested/1.0.0/${path}`)).text).toBe(path);
  });

  test('the encoded form of a nested name is no file name', async () => {
    expect((await gitlab.get('nested/1.0.0/dir%2Fsub%2Ff.txt')).status).toBe(400);
  });

  test('directories that climb are refused', async () => {
    const answer = await gitlab.put('nested/1.0.0/a/../f.txt');
    expect([answer.status, answer.text]).toEqual([400, '{"error":"path should be a valid file path"}']);
  });
});

describe('repeats', () => {
  test('the same name again is another file, and the newest is served', async () => {
    await gitlab.put('twice/1.0.0/f', 'first');
    await gitlab.put('twice/1.0.0/f', 'second');
    const listed = await gitlab.api('GET', '/projects/42/packages?package_name=twice', { headers: DEVELOPER });
    const id = String(itemsOf(listed)[0]?.id);
    const files = itemsOf(await gitlab.api('GET', `/projects/42/packages/${id}/package_files`, { headers: DEVELOPER }));
    expect(files.map((file) => file.file_sha256)).toEqual([sha256('first'), sha256('second')]);
    expect((await gitlab.get('twice/1.0.0/f')).text).toBe('second');
  });

  test('a deleted version may be published again at once, under a new id', async () => {
    const first = recordOf(await gitlab.put('again/1.0.0/f?select=package_file', 'old'));
    const gone = await gitlab.api('DELETE', `/projects/42/packages/${String(first.package_id)}`, {
      headers: MAINTAINER,
    });
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await gitlab.get('again/1.0.0/f')).status).toBe(404);
    const second = recordOf(await gitlab.put('again/1.0.0/f?select=package_file', 'new'));
    expect(second.package_id).toBeGreaterThan(first.package_id as number);
    expect((await gitlab.get('again/1.0.0/f')).text).toBe('new');
  });
});

describe('status', () => {
  const visible = async (name: string, status = ''): Promise<unknown[]> => {
    const listed = await gitlab.api('GET', `/projects/42/packages?package_name=${name}${status}`, {
      headers: DEVELOPER,
    });
    return itemsOf(listed).map((item) => item.status);
  };

  test('hidden packages are not listed unless asked for, and served by address', async () => {
    const file = recordOf(await gitlab.put('veiled/1.0.0/f?status=hidden&select=package_file', 'x'));
    const id = String(file.package_id);
    expect(await visible('veiled')).toEqual([]);
    expect(await visible('veiled', '&status=hidden')).toEqual(['hidden']);
    expect((await gitlab.get('veiled/1.0.0/f')).text).toBe('x');
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/package_files'],
      ['GET', `/package_files/${String(file.id)}/download`],
      ['DELETE', ''],
      ['DELETE', `/package_files/${String(file.id)}`],
    ] as const) {
      const answer = await gitlab.api(method, `/projects/42/packages/${id}${path}`, { headers: MAINTAINER });
      expect([method, path, answer.status]).toEqual([method, path, 404]);
    }
  });

  test('a later upload turns it both ways, and one without status leaves it', async () => {
    await gitlab.put('turning/1.0.0/1?status=hidden');
    await gitlab.put('turning/1.0.0/2');
    expect(await visible('turning')).toEqual([]);
    await gitlab.put('turning/1.0.0/3?status=default');
    expect(await visible('turning')).toEqual(['default']);
    await gitlab.put('turning/1.0.0/4?status=hidden');
    expect(await visible('turning')).toEqual([]);
  });
});

describe('two phases', () => {
  /** Announces a body that never comes: an answer shows that the server did not wait for it. */
  const withoutBody = (file: string, headers = {}): Promise<number> =>
    ask(gitlab.registry.url, 'PUT', `/api/v4/projects/${file}`, {
      headers: { ...headers, 'Content-Length': 10_000_000, Expect: '100-continue' },
    }).then(
      (answer) => answer.status,
      () => 0,
    );

  test.each([
    ['no token', '42/packages/generic/a/1.0.0/f', {}, 401],
    ['an unknown token', '42/packages/generic/a/1.0.0/f', { 'JOB-TOKEN': 'x' }, 401],
    ['a bad name', '42/packages/generic/a/1.0.0/a%20b', DEVELOPER, 400],
    ['a bad status', '42/packages/generic/a/1.0.0/f?status=veiled', DEVELOPER, 400],
    ['an unknown project', '999/packages/generic/a/1.0.0/f', DEVELOPER, 404],
    ['a role that is too low', '42/packages/generic/a/1.0.0/f', { 'PRIVATE-TOKEN': 'glpat-reporter' }, 403],
  ])('%s is refused before the body', async (_what, file, headers, status) => {
    expect(await withoutBody(file, headers)).toBe(status);
  });

  test('a token is asked for before names are judged, and names before the project', async () => {
    expect((await gitlab.put('a%20b/1.0.0/f', 'x', {})).status).toBe(401);
    const answer = await gitlab.api('PUT', '/projects/999/packages/generic/a%20b/1.0.0/f', {
      headers: DEVELOPER,
      body: 'x',
    });
    expect(answer.status).toBe(400);
  });

  test('a bad status or select is named; select only after the body', async () => {
    expect((await gitlab.put('a/1.0.0/f?status=veiled')).text).toBe('{"error":"status does not have a valid value"}');
    const answer = await gitlab.put('a/1.0.0/f?select=file', 'x'.repeat(1_000_000));
    expect([answer.status, answer.text]).toEqual([400, '{"error":"select does not have a valid value"}']);
    expect((await gitlab.get('a/1.0.0/f')).status).toBe(404);
  });

  test('a large refused upload gets its answer while it is still sending', async () => {
    const answer = await gitlab.put('a/1.0.0/f', Buffer.alloc(20_000_000), { 'PRIVATE-TOKEN': 'wrong' });
    expect([answer.status, answer.headers.connection]).toEqual([401, 'close']);
  });
});

test('there is no delete by name, no group route and no such thing as PATCH', async () => {
  for (const [method, path, status, text] of [
    ['DELETE', '/projects/42/packages/generic/a/1.0.0/f', 405, '405 Not Allowed'],
    ['PATCH', '/projects/42/packages/generic/a/1.0.0/f', 405, '405 Not Allowed'],
    ['PUT', '/groups/acme/packages/generic/a/1.0.0/f', 404, '404 Not Found'],
    ['GET', '/nowhere', 404, '404 Not Found'],
  ] as const) {
    const answer = await gitlab.api(method, path, { headers: MAINTAINER });
    expect([answer.status, answer.text]).toEqual([status, JSON.stringify({ error: text })]);
  }
});

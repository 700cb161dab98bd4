/** What administrators and group owners can set in GitLab: duplicates, protection, size, cleanup, the race. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { itemsOf, recordOf } from './ask.ts';
import { basic, DEVELOPER, type Gitlab, MAINTAINER, startGitlab } from './instance.ts';

let gitlab: Gitlab;
afterEach(() => gitlab.close());

const DUPLICATE = '{"message":"400 Bad request - Duplicate package is not allowed"}';

async function fileNames(name: string): Promise<unknown[]> {
  const listed = await gitlab.api('GET', `/projects/42/packages?package_name=${name}`, { headers: DEVELOPER });
  const [found] = itemsOf(listed);
  if (found === undefined) return [];
  const files = await gitlab.api('GET', `/projects/42/packages/${String(found.id)}/package_files`, {
    headers: DEVELOPER,
  });
  return itemsOf(files).map((file) => file.file_name);
}

describe('duplicates', () => {
  test('where they are off, a second file of a name is refused and new names are not', async () => {
    gitlab = await startGitlab({ duplicates_allowed: false });
    expect((await gitlab.put('pkg/1.0.0/f')).status).toBe(201);
    const again = await gitlab.put('pkg/1.0.0/f');
    expect([again.status, again.text]).toEqual([400, DUPLICATE]);
    expect((await gitlab.put('pkg/1.0.0/g')).status).toBe(201);
    expect((await gitlab.put('pkg/1.0.1/f')).status).toBe(201);
    expect(await fileNames('pkg')).toEqual(['f', 'g']);
  });

  test('a refused one does not turn the status either', async () => {
    gitlab = await startGitlab({ duplicates_allowed: false });
    await gitlab.put('pkg/1.0.0/f?status=hidden');
    expect((await gitlab.put('pkg/1.0.0/f?status=default')).status).toBe(400);
    expect(await fileNames('pkg')).toEqual([]);
    expect((await gitlab.put('pkg/1.0.0/g?status=default')).status).toBe(201);
    expect(await fileNames('pkg')).toEqual(['f', 'g']);
  });

  test.each([
    [true, '', 'pkg', '1.0.0', '18.6', 201],
    [true, 'pkg', 'pkg', '1.0.0', '18.6', 400],
    [true, 'pk', 'pkg', '1.0.0', '18.6', 201],
    [true, '1\\.0\\..*', 'pkg', '1.0.0', '18.6', 400],
    [true, 'pkg', 'pkg', '1.0.0', '17.2', 201],
    [false, 'pkg', 'pkg', '1.0.0', '18.6', 201],
    [false, 'other|.*-snapshot', 'pkg', '1.0.0-snapshot', '18.6', 201],
    [false, 'other', 'pkg', '1.0.0', '18.6', 400],
    [false, 'pkg', 'pkg', '1.0.0', '17.2', 201],
  ])(
    'allowed %s, exception %j: a repeat of %s %s on %s is answered %i',
    async (...[allowed, regex, name, version, gitlabVersion, status]) => {
      gitlab = await startGitlab({ duplicates_allowed: allowed, duplicate_exception_regex: regex }, { gitlabVersion });
      await gitlab.put(`${name}/${version}/f`);
      expect((await gitlab.put(`${name}/${version}/f`)).status).toBe(status);
    },
  );
});

describe('protection rules', () => {
  const rules = {
    protection_rules: [
      { package_name_pattern: 'core-*', minimum_access_level_for_push: 'maintainer' },
      { package_name_pattern: '*-kept', minimum_access_level_for_delete: 'owner' },
      { package_name_pattern: 'nobodys', minimum_access_level_for_push: 'admin' },
    ],
  };

  test('are told before the body is read, to developers and to every deploy token', async () => {
    gitlab = await startGitlab(rules);
    for (const headers of [DEVELOPER, { 'DEPLOY-TOKEN': 'gldt-writer' }, basic('x', 'gldt-writer')]) {
      const answer = await gitlab.put('CORE-lib/1.0.0/f', Buffer.alloc(5_000_000), headers);
      expect([answer.status, answer.text, answer.headers.connection]).toEqual([
        403,
        '{"message":"403 Forbidden - Package protected."}',
        'close',
      ]);
    }
    expect((await gitlab.put('core-lib/1.0.0/f', 'x', MAINTAINER)).status).toBe(201);
    expect((await gitlab.put('my-core-lib/1.0.0/f')).status).toBe(201);
    expect((await gitlab.put('nobodys/1.0.0/f', 'x', { 'PRIVATE-TOKEN': 'glpat-owner' })).status).toBe(403);
  });

  test('for deletion hold for the package and its files', async () => {
    gitlab = await startGitlab(rules);
    const file = recordOf(await gitlab.put('lib-kept/1.0.0/f?select=package_file'));
    const path = `/projects/42/packages/${String(file.package_id)}`;
    for (const each of [`${path}/package_files/${String(file.id)}`, path]) {
      const refused = await gitlab.api('DELETE', each, { headers: MAINTAINER });
      expect([refused.status, refused.text]).toEqual([
        403,
        '{"message":"403 Forbidden - Package is deletion protected."}',
      ]);
    }
    expect((await gitlab.api('DELETE', path, { headers: { 'PRIVATE-TOKEN': 'glpat-owner' } })).status).toBe(204);
  });
});

test('a file above the limit is refused after it was sent, and nothing of it stays', async () => {
  gitlab = await startGitlab({ max_file_size: 2_000_000 });
  expect((await gitlab.put('pkg/1.0.0/fits', Buffer.alloc(2_000_000))).status).toBe(201);
  const answer = await gitlab.put('pkg/1.0.0/large', Buffer.alloc(2_000_001));
  expect([answer.status, answer.text, answer.headers.connection]).toEqual([
    400,
    '{"message":"400 Bad request - File is too large"}',
    'keep-alive',
  ]);
  expect(await fileNames('pkg')).toEqual(['fits']);
});

test('the cleanup policy keeps the newest files of a name after each upload', async () => {
  gitlab = await startGitlab({ keep_n_duplicated_package_files: '1' });
  for (const body of ['1', '2', '3']) await gitlab.put('pkg/1.0.0/f', body);
  await gitlab.put('pkg/1.0.0/g');
  expect(await fileNames('pkg')).toEqual(['f', 'g']);
  expect((await gitlab.get('pkg/1.0.0/f')).text).toBe('3');
});

describe('first uploads at once', () => {
  const upload = (count: number): Promise<number[]> =>
    Promise.all(
      Array.from({ length: count }, (_, index) => gitlab.put(`raced/1.0.0/f${index}`).then((answer) => answer.status)),
    );

  test('race for the new package where the window is open: one wins, the rest leave nothing', async () => {
    gitlab = await startGitlab({ race_window: 300 });
    const statuses = await upload(6);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect(statuses.filter((status) => status === 500)).toHaveLength(5);
    const winner = statuses.indexOf(201);
    expect(await fileNames('raced')).toEqual([`f${winner}`]);
    const late = await upload(6);
    expect(late).toEqual([201, 201, 201, 201, 201, 201]);
  });

  test('the loser is told nothing but 500', async () => {
    gitlab = await startGitlab({ race_window: 300 });
    const answers = await Promise.all([gitlab.put('raced/1.0.0/a'), gitlab.put('raced/1.0.0/b')]);
    const loser = answers.find((answer) => answer.status === 500);
    expect(loser?.text).toBe('{"message":"500 Internal Server Error"}');
  });

  test('all succeed where it is shut', async () => {
    gitlab = await startGitlab();
    expect(await upload(6)).toEqual([201, 201, 201, 201, 201, 201]);
  });
});

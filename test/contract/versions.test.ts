/** What changed in GitLab over the years, as the profiles 13.5, 17.2, 18.4, 18.6 and 19.3 show it. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { itemsOf, recordOf } from './ask.ts';
import { basic, DEVELOPER, type Gitlab, MAINTAINER, startGitlab } from './instance.ts';

let gitlab: Gitlab;
afterEach(() => gitlab.close());

const VERSIONS = ['13.5', '17.2', '18.4', '18.6', '19.3'] as const;
const start = async (gitlabVersion: string): Promise<void> => {
  gitlab = await startGitlab({}, { gitlabVersion });
};

describe.each(VERSIONS)('GitLab %s', (version) => {
  const at = <T>(...answers: [T, T, T, T, T]): T | undefined => answers[VERSIONS.indexOf(version)];

  test('names itself', async () => {
    await start(version);
    expect(recordOf(await gitlab.api('GET', '/version', { headers: DEVELOPER })).version).toBe(`${version}.0`);
  });

  test('takes the names of its time', async () => {
    await start(version);
    const status = async (file: string): Promise<number> => (await gitlab.put(file)).status;
    expect(await status('pkg/1.0.0/plain.txt')).toBe(201);
    expect(await status('pkg/v1.0-beta+2/f')).toBe(at(400, 201, 201, 201, 201));
    expect(await status('pkg/1.0.0/a+b')).toBe(at(400, 201, 201, 201, 201));
    expect(await status('pkg/1.0.0/a~b')).toBe(at(400, 400, 201, 201, 201));
    expect(await status('pkg/1.0.0/a@b')).toBe(at(400, 400, 400, 201, 201));
    expect(await status('pkg/1.0.0/dir/f')).toBe(at(404, 201, 201, 201, 201));
  });

  test('shows the checksum of a download, or does not', async () => {
    await start(version);
    await gitlab.put('pkg/1.0.0/f');
    const { headers } = await gitlab.get('pkg/1.0.0/f');
    expect(headers['x-checksum-sha256'] === undefined).toBe(at(true, true, true, false, false));
  });

  test('knows status and select, or passes them over', async () => {
    await start(version);
    expect((await gitlab.put('pkg/1.0.0/f?select=package_file')).status).toBe(at(201, 200, 200, 200, 200));
    expect((await gitlab.put('pkg/1.0.0/f?status=hidden')).status).toBe(201);
    expect((await gitlab.put('pkg/1.0.0/f?status=odd')).status).toBe(at(201, 400, 400, 400, 400));
    const listed = itemsOf(await gitlab.api('GET', '/projects/42/packages', { headers: DEVELOPER }));
    expect(listed.length).toBe(at(1, 0, 0, 0, 0));
  });

  test('lists with the filters of its time', async () => {
    await start(version);
    await gitlab.put('pkg/1.0.0/f');
    await gitlab.put('pkg/2.0.0/f');
    const count = async (query: string): Promise<number> =>
      itemsOf(await gitlab.api('GET', `/projects/42/packages?${query}`, { headers: DEVELOPER })).length;
    expect(await count('package_version=1.0.0')).toBe(at(2, 1, 1, 1, 1));
    expect(await count('package_name=PK')).toBe(2);
  });

  test('serves public files without a token, or does not', async () => {
    await start(version);
    const path = '/projects/43/packages/generic/pkg/1.0.0/f';
    await gitlab.api('PUT', path, { headers: DEVELOPER, body: 'x' });
    expect((await gitlab.api('GET', path)).status).toBe(at(401, 200, 200, 200, 200));
  });

  test('takes deploy tokens and Basic, or does not', async () => {
    await start(version);
    const status = at(401, 201, 201, 201, 201);
    expect((await gitlab.put('pkg/1.0.0/f', 'x', { 'DEPLOY-TOKEN': 'gldt-writer' })).status).toBe(status);
    expect((await gitlab.put('pkg/1.0.0/f', 'x', basic('me', 'glpat-developer'))).status).toBe(status);
  });

  test('lets guests of a private project read, or does not', async () => {
    await start(version);
    await gitlab.put('pkg/1.0.0/f');
    expect((await gitlab.get('pkg/1.0.0/f', { 'PRIVATE-TOKEN': 'glpat-guest' })).status).toBe(
      at(403, 403, 200, 200, 200),
    );
    expect((await gitlab.get('pkg/1.0.0/f', { 'PRIVATE-TOKEN': 'glpat-reporter' })).status).toBe(200);
  });

  test('has the file routes of its time', async () => {
    await start(version);
    await gitlab.put('pkg/1.0.0/f', 'one');
    await gitlab.put('pkg/1.0.0/f', 'two');
    const id = String(itemsOf(await gitlab.api('GET', '/projects/42/packages', { headers: DEVELOPER }))[0]?.id);
    const files = `/projects/42/packages/${id}/package_files`;
    const sizes = itemsOf(await gitlab.api('GET', `${files}?sort=desc`, { headers: DEVELOPER })).map((file) => file.id);
    expect(sizes).toEqual(at([1, 2], [1, 2], [2, 1], [2, 1], [2, 1]));
    expect((await gitlab.api('GET', `${files}/1/download`, { headers: DEVELOPER })).status).toBe(
      at(404, 404, 200, 200, 200),
    );
    expect((await gitlab.api('DELETE', `${files}/1`, { headers: MAINTAINER })).status).toBe(
      at(404, 204, 204, 204, 204),
    );
  });

  test('tells a foreign job so, or hides the project', async () => {
    await start(version);
    const listed = await gitlab.api('GET', '/projects/42/packages', { headers: { 'JOB-TOKEN': 'job-foreign' } });
    expect(listed.status).toBe(at(404, 404, 403, 403, 403));
  });

  test('knows rules and settings of its time', async () => {
    gitlab = await startGitlab(
      {
        duplicates_allowed: false,
        protection_rules: [{ package_name_pattern: 'core', minimum_access_level_for_push: 'owner' }],
      },
      { gitlabVersion: version },
    );
    await gitlab.put('pkg/1.0.0/f');
    expect((await gitlab.put('pkg/1.0.0/f')).status).toBe(at(201, 400, 400, 400, 400));
    expect((await gitlab.put('core/1.0.0/f')).status).toBe(at(201, 201, 403, 403, 403));
  });

  test('takes a job token as a password for uploads, or does not', async () => {
    await start(version);
    const given = basic('gitlab-ci-token', 'glcbt-64_job');
    expect((await gitlab.put('pkg/1.0.0/f', 'x', given)).status).toBe(at(401, 401, 401, 401, 201));
    expect((await gitlab.put('pkg/1.0.0/f', 'x', basic('me', 'glcbt-64_job'))).status).toBe(401);
  });

  test('knows fine-grained tokens, or does not', async () => {
    await start(version);
    const read = { 'PRIVATE-TOKEN': 'glpat-fine-reader' };
    await gitlab.put('pkg/1.0.0/f');
    expect((await gitlab.get('pkg/1.0.0/f', read)).status).toBe(at(401, 401, 401, 401, 200));
    const refused = await gitlab.put('pkg/1.0.0/f', 'x', read);
    expect(refused.status).toBe(at(401, 401, 401, 401, 403));
    if (version !== '19.3') return;
    expect(recordOf(refused)).toEqual({
      error: 'insufficient_granular_scope',
      error_description:
        'Access denied: Your Personal Access Token lacks the required permissions: [create_package] for "acme/tools/widget".',
    });
    expect((await gitlab.put('pkg/1.0.0/f', 'x', { 'PRIVATE-TOKEN': 'glpat-fine-writer' })).status).toBe(201);
  });
});

/** What GitLab promises to whoever deletes: what counts as a change, what is hidden, and whose pipeline published last. */
import { afterEach, expect, test } from '@jest/globals';
import { itemsOf, recordOf, type Answer } from './ask.ts';
import { DEVELOPER, type Gitlab, MAINTAINER, startGitlab } from './instance.ts';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const PUT = '?select=package_file';

let gitlab: Gitlab | undefined;
let now = START;
afterEach(() => gitlab?.close());

async function start(seeds: object = {}): Promise<Gitlab> {
  now = START;
  return (gitlab = await startGitlab({}, { clock: () => now }, seeds));
}

async function packageOf(of: Gitlab, file: string): Promise<string> {
  const { package_id: id } = recordOf(await of.put(`${file}${PUT}`));
  return `/projects/42/packages/${String(id)}`;
}

function deleteSince(of: Gitlab, path: string, since: number): Promise<Answer> {
  const headers = { ...MAINTAINER, 'If-Unmodified-Since': new Date(since).toUTCString() };
  return of.api('DELETE', path, { headers });
}

test('a download and a new file are no change of a package', async () => {
  const of = await start();
  const path = await packageOf(of, 'widget/1.0.0/a');
  now += 60_000;
  await of.put('widget/1.0.0/b');
  expect((await of.get('widget/1.0.0/a')).status).toBe(200);
  expect(recordOf(await of.api('GET', path, { headers: DEVELOPER }))).toMatchObject({
    last_downloaded_at: '2026-01-01T00:01:00.000Z',
  });
  expect((await deleteSince(of, path, START)).status).toBe(204);
});

test('a new status is a change, and the same status again is none', async () => {
  const of = await start();
  const path = await packageOf(of, 'widget/1.0.0/a');
  now += 60_000;
  await of.put('widget/1.0.0/b?status=default');
  await of.put('widget/1.0.0/c?status=hidden');
  await of.put('widget/1.0.0/d?status=default');
  expect((await deleteSince(of, path, START)).status).toBe(412);
  expect((await deleteSince(of, path, now)).status).toBe(204);
});

test('a hidden package is neither found nor deleted by its id, until it is visible again', async () => {
  const of = await start();
  const path = await packageOf(of, 'widget/1.0.0/a');
  await of.put('widget/1.0.0/b?status=hidden');
  for (const [method, each] of [
    ['GET', path],
    ['GET', `${path}/package_files`],
    ['DELETE', path],
  ] as const) {
    expect((await of.api(method, each, { headers: MAINTAINER })).status).toBe(404);
  }
  const listed = await of.api('GET', '/projects/42/packages?status=hidden', { headers: MAINTAINER });
  expect(itemsOf(listed)).toMatchObject([{ version: '1.0.0', _links: { delete_api_path: expect.any(String) } }]);
  await of.put('widget/1.0.0/c?status=default');
  expect((await of.api('DELETE', path, { headers: MAINTAINER })).status).toBe(204);
});

test('the pipeline of a package is the one whose job published to it last', async () => {
  const of = await start({
    pipelines: [
      { id: 7, project: 42, status: 'running', updated_at: '2026-01-01T00:00:00Z' },
      { id: 8, project: 42, status: 'manual' },
    ],
    tokens: [
      { token: 'glpat-maintainer', kind: 'personal', role: 'maintainer' },
      { token: 'job-of-7', kind: 'job', role: 'developer', project: 42, pipeline: 7 },
      { token: 'job-of-8', kind: 'job', role: 'developer', project: 42, pipeline: 8 },
    ],
  });
  const listed = async (): Promise<unknown> =>
    itemsOf(await of.api('GET', '/projects/42/packages', { headers: MAINTAINER }))[0]?.pipeline;
  await of.put('widget/1.0.0/a', 'x', MAINTAINER);
  expect(await listed()).toBeUndefined();
  await of.put('widget/1.0.0/b', 'x', { 'JOB-TOKEN': 'job-of-7' });
  expect(await listed()).toMatchObject({ id: 7, status: 'running', updated_at: '2026-01-01T00:00:00.000Z' });
  await of.put('widget/1.0.0/c', 'x', { 'JOB-TOKEN': 'job-of-8' });
  await of.put('widget/1.0.0/d', 'x', MAINTAINER);
  expect(await listed()).toMatchObject({ id: 8, status: 'manual' });
});

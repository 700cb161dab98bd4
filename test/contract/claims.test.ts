/**
 * What claims of versions rest on: GitLab commits a package's row and its first file together, so
 * of any number of first writers one made the package, and its file has the lowest id there.
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Answer, itemsOf, recordOf } from './ask.ts';
import { type Gitlab, startGitlab } from './instance.ts';

let gitlab: Gitlab;
afterEach(() => gitlab.close());

const WRITERS = Array.from({ length: 20 }, (_, index) => `pipeline-${index + 1}`);
const JOB = { 'JOB-TOKEN': 'glcbt-64_job' };

/** Puts a file of its own into the version, in the way of a job. */
const put = (version: string, writer: string): Promise<Answer> =>
  gitlab.put(`claims.c0ffee/${version}/${writer}.json?select=package_file`, `{"owner": "${writer}"}`, JOB);

/** Packages of that version, and their files, lowest id first. */
async function look(version: string): Promise<{ packages: unknown[]; files: Record<string, unknown>[] }> {
  const packages = itemsOf(
    await gitlab.api('GET', `/projects/42/packages?package_name=claims.c0ffee&package_version=${version}`, {
      headers: JOB,
    }),
  );
  const id = String(packages[0]?.id);
  const files = itemsOf(
    await gitlab.api('GET', `/projects/42/packages/${id}/package_files?per_page=100`, { headers: JOB }),
  );
  return { packages, files };
}

const owner = (files: readonly Record<string, unknown>[]): string => String(files[0]?.file_name).replace('.json', '');

describe.each([
  ['wide', { race_window: 100 }],
  ['wide, where duplicates are off', { race_window: 100, duplicates_allowed: false }],
  ['shut', {}],
])('twenty writers at once where the race is %s', (_what, settings) => {
  test('make one package, whose lowest file is one of those that were told it is stored', async () => {
    gitlab = await startGitlab(settings);
    const answers = await Promise.all(WRITERS.map((writer) => put('1.0.0', writer)));
    const stored = WRITERS.filter((_writer, index) => answers[index]?.status === 200);
    const refused = WRITERS.filter((_writer, index) => answers[index]?.status === 500);
    expect([...stored, ...refused]).toHaveLength(20);

    const { packages, files } = await look('1.0.0');
    expect(packages).toHaveLength(1);
    expect(files.map((file) => String(file.file_name).replace('.json', '')).sort()).toEqual([...stored].sort());
    const ids = files.map((file) => Number(file.id));
    expect(ids).toEqual([...ids].sort((one, other) => one - other));
    const told = answers.filter(({ status }) => status === 200).map((answer) => Number(recordOf(answer).id));
    expect(Math.min(...told)).toBe(ids[0]);
    expect(stored).toContain(owner(files));
  });

  test('agree on who came first, and each gets a number of its own in the end', async () => {
    gitlab = await startGitlab(settings);
    const numbers = await Promise.all(
      WRITERS.map(async (writer) => {
        for (let patch = 1; ; patch += 1) {
          await put(`1.0.${patch}`, writer);
          // Stored or not: only the list tells whose the number is.
          if (owner((await look(`1.0.${patch}`)).files) === writer) return patch;
        }
      }),
    );
    expect([...numbers].sort((one, other) => one - other)).toEqual(WRITERS.map((_writer, index) => index + 1));
  }, 60_000);
});

test('a later writer is stored behind the first and changes nothing', async () => {
  gitlab = await startGitlab({ race_window: 100 });
  expect((await put('1.0.0', 'first')).status).toBe(200);
  const late = await Promise.all(WRITERS.map((writer) => put('1.0.0', writer)));
  expect(new Set(late.map(({ status }) => status))).toEqual(new Set([200]));
  const { packages, files } = await look('1.0.0');
  expect([packages.length, files.length, owner(files)]).toEqual([1, 21, 'first']);
});

/** What a download means by a version when it asks for a part: a name first, then a range. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { makeFolder } from '../hosts/workbench.ts';
import { openRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { writeFiles } from '../support/tree.ts';
import { runHere, type Run } from './in-process.ts';

const folder = makeFolder();
let registry: RunningRegistry;

beforeAll(async () => {
  registry = await openRegistry();
  for (const [version, part] of [
    ['1.2.3', 'linux'],
    ['1.2.10', 'linux'],
    ['7', 'linux'],
    ['7.5.0', 'linux'],
    ['2024', 'windows'],
    ['2024.1.0', 'linux'],
  ] as const) {
    await writeFiles(folder.path, { [`in/${part}.txt`]: version });
    const of = { 'package-version': version, directory: 'in', files: `${part}.txt` };
    expect(await run('publish', { ...of, part })).toMatchObject({ code: 0 });
    // Of one version only the part is there: it stays hidden.
    if (version !== '2024')
      expect(await run('publish', { 'package-version': version, parts: part })).toMatchObject({ code: 0 });
  }
});
afterAll(async () => {
  await registry.close();
  folder.remove();
});

function run(command: string, inputs: Readonly<Record<string, string>>, token: string = TOKENS.job): Promise<Run> {
  const connection = { 'api-url': registry.apiUrl, project: String(PROJECT.id), 'package-name': 'widget' };
  return runHere(command, { ...connection, ...inputs }, { GENERIC_PACKAGES_TOKEN: token }, folder.path);
}

test.each([
  ['a range, where no version has that name', '1.2', '1.2.10'],
  ['a range written as one', '^1.2', '1.2.10'],
  ['the version of that very name', '7', '7'],
  ['an exact version', '1.2.3', '1.2.3'],
])('is %s: %s', async (_title, asked, version) => {
  const done = await run('download', { 'package-version': asked, part: 'linux', directory: `out-${asked}` });
  expect(done).toMatchObject({ code: 0, outputs: { 'package-version': version } });
});

test.each([
  ['a version of that name without the part', '2024', 'widget 2024 has no part linux'],
  ['an exact version without the part', '1.2.4', 'widget 1.2.4 has no part linux'],
  ['a range that no version is in', '3.x', 'that `3.x` stands for'],
])('fails for %s, though others have it', async (_title, asked, says) => {
  const done = await run('download', { 'package-version': asked, part: 'linux', directory: 'none' });
  expect(done.code).toBe(1);
  expect(done.shown).toContain(says);
});

test('needs a token that may list versions for a range', async () => {
  const done = await run('download', { 'package-version': '1.2', part: 'linux', directory: 'none' }, TOKENS.deploy);
  expect(done.code).toBe(2);
  expect(done.shown).toContain('needs a list of versions');
});

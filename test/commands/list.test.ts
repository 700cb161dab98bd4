/** `list`: what it shows, and what it says when there is nothing to show or it may not ask. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { putRaw } from '../support/raw.ts';
import { openRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { runHere, type Run } from './in-process.ts';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  await putRaw(registry, { name: 'widget', version: 'v1.0.0' }, 'a.txt', 'a');
  await putRaw(registry, { name: 'widget', version: '2.0.0', status: 'hidden' }, 'a.txt', 'a');
});
afterAll(() => registry.close());

function list(inputs: Readonly<Record<string, string>>, token: string = TOKENS.personal): Promise<Run> {
  const where = { 'api-url': registry.apiUrl, project: PROJECT.path };
  return inFolder((folder) => runHere('list', { ...where, ...inputs }, { GENERIC_PACKAGES_TOKEN: token }, folder));
}

test('shows every version, hidden ones too', async () => {
  const { code, outputs } = await list({ 'package-name': 'widget' });
  expect(code).toBe(0);
  expect(outputs.versions).toMatchObject([
    { version: '2.0.0', status: 'hidden' },
    { version: 'v1.0.0', status: 'default' },
  ]);
});

test('says which version `latest` and `newest` mean', async () => {
  for (const version of ['1.2.3.10', '1.2.3.4', 'nightly'])
    await putRaw(registry, { name: 'dotted', version }, 'a.txt', 'a');
  await putRaw(registry, { name: 'dotted', version: '9.0.0', status: 'hidden' }, 'a.txt', 'a');
  const { outputs } = await list({ 'package-name': 'dotted' });
  expect(outputs.versions).toMatchObject([
    { version: '9.0.0', latest: false, newest: false },
    { version: 'nightly', latest: false, newest: true },
    { version: '1.2.3.4', latest: false, newest: false },
    { version: '1.2.3.10', latest: true, newest: false },
  ]);
});

test('shows of a hidden version what the registry has of the names asked for, manifest or not', async () => {
  const { code, outputs } = await list({ 'package-version': '2.0.0', manifest: 'none', files: 'a.txt\nb.txt' });
  expect(code).toBe(0);
  expect(outputs.files).toEqual([{ name: 'a.txt', size: 1, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
});

test.each<[string, Readonly<Record<string, string>>, string, number, readonly string[]]>([
  ['a package that is not there', { 'package-name': 'gadget' }, TOKENS.personal, 1, ['no version of a package gadget']],
  ['a version of another spelling', { 'package-version': '1.0.0' }, TOKENS.personal, 1, ['did you mean v1.0.0?']],
  ['latest', { 'package-version': 'latest' }, TOKENS.personal, 1, ['takes an exact version', 'widget v1.0.0 is there']],
  ['a version that may be a range', { 'package-version': '1.x' }, TOKENS.personal, 1, ['takes an exact version']],
  ['a range', { 'package-version': '^1.2' }, TOKENS.personal, 2, ['--package-version: `^1.2` is not an exact version']],
  ['a hidden version without a manifest', { 'package-version': '2.0.0' }, TOKENS.personal, 1, ['not complete']],
  [
    'what a hidden version holds',
    { 'package-version': '2.0.0', manifest: 'none' },
    TOKENS.personal,
    1,
    ['GitLab lists no files of a hidden version', 'without wildcards'],
  ],
  [
    'versions by a token that may not list',
    {},
    TOKENS.deploy,
    2,
    ['needs a list of versions', 'deploy token', 'read_api'],
  ],
  [
    'a version by a token that may not list',
    { 'package-version': '3.0.0' },
    TOKENS.deploy,
    1,
    ['has no manifest or does not exist, and this token may not list'],
  ],
])('fails for %s', async (_what, ...row) => {
  const [inputs, token, code, says] = row;
  const run = await list(inputs, token);
  for (const piece of says) expect(run.shown).toContain(piece);
  expect(run.code).toBe(code);
});

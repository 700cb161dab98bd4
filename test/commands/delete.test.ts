/** `delete` at a terminal: what it asks, what it refuses, and what is gone afterwards; and what `list` shows. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openHost } from '../../src/hosts/detect.ts';
import { exitCodeOf, runCommand } from '../../src/run.ts';
import { commands } from '../../src/commands/index.ts';
import { placeOf } from '../hosts/workbench.ts';
import { AGED_TOKENS, openAgedRegistry, type AgedRegistry, type AgedSetup } from '../support/aged-registry.ts';
import { claimsOf } from '../support/raw.ts';
import { PROJECT } from '../support/registry.ts';

let cwd: string;
let aged: AgedRegistry | undefined;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'delete-'));
});
afterAll(() => rm(cwd, { recursive: true }));
afterEach(async () => {
  await aged?.close();
  aged = undefined;
});

async function open(setup: AgedSetup = {}): Promise<AgedRegistry> {
  aged = await openAgedRegistry(setup);
  await aged.publish([
    { version: '1.0.0', age: 2, files: { a: 'aa', b: 'bbb' } },
    { version: '2.0.0', age: 1 },
    { version: '3.0.0', age: 1, status: 'hidden' },
  ]);
  return aged;
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `answer`: what a person types; without it there is no terminal. */
async function run(of: AgedRegistry, argv: readonly string[], answer?: string): Promise<Ended> {
  const env = { GENERIC_PACKAGES_TOKEN: AGED_TOKENS.maintainer };
  const connection = [`--api-url=${of.registry.apiUrl}`, `--project=${PROJECT.id}`];
  const place = placeOf({ argv: [...argv, ...connection], env, cwd, terminal: answer !== undefined });
  const stdin = Object.assign(Readable.from(answer === undefined ? [] : [`${answer}\n`]), {
    isTTY: answer !== undefined,
  });
  const opened = await openHost({ ...place, stdin }, commands);
  if (opened.asked === 'refused') {
    await opened.host.fail(opened.failure);
    return { code: exitCodeOf(opened.failure, opened.host), stdout: place.stdout.text, stderr: place.stderr.text };
  }
  if (opened.asked !== 'run') throw new Error(opened.asked);
  const code = await runCommand(opened.command, opened.host, new AbortController());
  return { code, stdout: place.stdout.text, stderr: place.stderr.text };
}

const DELETE = ['delete', '--package-name=widget'];
const ONE = [...DELETE, '--package-version=1.0.0'];

test.each([
  ['yes', 0, ['widget 2.0.0']],
  ['n', 1, ['widget 1.0.0', 'widget 2.0.0']],
  ['', 1, ['widget 1.0.0', 'widget 2.0.0']],
])('the answer %j to the question ends with %i', async (answer, code, left) => {
  const of = await open();
  const ended = await run(of, ONE, answer);
  expect(ended.code).toBe(code);
  expect(ended.stderr).toContain('widget 1.0.0: default, made ');
  expect(ended.stderr).toContain('2 files, 5 B');
  expect(await of.listed()).toEqual(left);
});

test('without a terminal it needs --yes', async () => {
  const of = await open();
  const refused = await run(of, ONE);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('Give --yes');
  expect(await of.listed()).toHaveLength(2);
  expect((await run(of, [...ONE, '--yes'])).code).toBe(0);
  expect(await of.listed()).toEqual(['widget 2.0.0']);
});

test.each([
  ['a tag', { tags: ['v1.0.0'] }, '1.0.0', 'A tag or a release points at widget 1.0.0'],
  ['latest', {}, '2.0.0', 'widget 2.0.0 is what `latest` means'],
])('what %s points at takes its name, or --force with --yes', async (_what, setup, version, told) => {
  const of = await open(setup);
  const argv = [...DELETE, `--package-version=${version}`];
  const wrong = await run(of, argv, 'yes');
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toContain(told);
  expect((await run(of, [...argv, '--yes'])).stderr).toContain('--yes and --force');
  expect(await of.listed()).toHaveLength(2);
  expect((await run(of, argv, `widget ${version}`)).code).toBe(0);
  expect(await of.listed()).not.toContain(`widget ${version}`);
});

test('a hidden version goes by being visible for a moment', async () => {
  const of = await open();
  expect((await run(of, [...DELETE, '--package-version=3.0.0', '--yes'])).code).toBe(0);
  expect([...(await of.listed()), ...(await of.listed('hidden'))]).toEqual(['widget 1.0.0', 'widget 2.0.0']);
});

test.each(['latest', 'newest', '^1.0.0'])('%s is refused', async (version) => {
  const of = await open();
  const ended = await run(of, [...DELETE, `--package-version=${version}`, '--yes', '--force']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('is not an exact version');
});

test('files that a manifest lists are refused, and others go', async () => {
  const of = await open();
  const manifest = {
    manifestVersion: 1,
    package: { name: 'widget', version: '1.0.0' },
    source: { project: '', commit: '', ref: '' },
    files: [{ path: 'a', size: 2, sha256: 'a'.repeat(64), mode: '0644' }],
  };
  await of.put({ version: '1.0.0' }, 'generic-package.json', { content: JSON.stringify(manifest) });
  const refused = await run(of, [...ONE, '--files=*', '--yes']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('publish --if-exists replace');
  expect((await run(of, [...ONE, '--files=b', '--yes'])).code).toBe(0);
  expect((await of.get({ version: '1.0.0' }, 'a')).status).toBe(200);
  expect((await of.get({ version: '1.0.0' }, 'b')).status).toBe(404);
});

test('list shows the packages of the project, with claims as one row', async () => {
  const of = await open();
  await of.publish([
    { name: 'gadget', version: '0.1.0', age: 3 },
    { name: claimsOf('widget'), version: '1.0.0', age: 3 },
  ]);
  const { stdout, code } = await run(of, ['list', '--json']);
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as { packages: unknown }).packages).toEqual([
    { name: 'gadget', versions: 1, hidden: 0, latest: '0.1.0', 'file-count': 1, bytes: 7 },
    { name: 'widget', versions: 2, hidden: 1, latest: '2.0.0', 'file-count': 1, bytes: 7 },
    { name: 'claims.', versions: 1, hidden: 0, latest: '' },
  ]);
});

test('list shows how large the versions of a package are', async () => {
  const of = await open();
  const { stdout } = await run(of, ['list', '--package-name=widget', '--json']);
  expect((JSON.parse(stdout) as { versions: unknown }).versions).toMatchObject([
    { version: '3.0.0', status: 'hidden' },
    { version: '2.0.0', latest: true, 'file-count': 1, bytes: 7 },
    { version: '1.0.0', latest: false, 'file-count': 2, bytes: 5 },
  ]);
});

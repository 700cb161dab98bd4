/** Uploads that are stored and answered with something else: each is looked for before it is sent again. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { bytesSource } from '../../src/transfer/local/source.ts';
import { sendChecked } from '../../src/transfer/send.ts';
import { clientOf } from '../gitlab/loopback.ts';
import { openRelay, type Fate, type Relay } from '../prove/support/relay.ts';
import { twins } from '../prove/support/stored.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { storedRows, WIDGET } from '../support/raw.ts';
import { openRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';

const FILES = { 'a.txt': 'a', 'docs/b.txt': 'bb' };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function between(): Promise<{ registry: RunningRegistry; relay: Relay }> {
  const registry = await openRegistry();
  open.push(registry);
  const relay = await openRelay(registry);
  open.push(relay);
  return { registry, relay };
}

const FATES: readonly Fate[] = [
  ...[409, 425, 429, 500, 502, 503, 504].map((status) => ({ status, body: '<html>no</html>' })),
  'cut',
];

test.each([
  { who: 'a personal token', token: TOKENS.personal, platform: terminal },
  { who: 'a job token', token: TOKENS.job, platform: gitlabJob },
  { who: 'a deploy token', token: TOKENS.deploy, platform: githubAction },
])('409, 425, 429, 5xx or a reset after a file was stored leave one copy, with $who', async ({ token, platform }) => {
  const { registry, relay } = await between();
  const met = new Set<string>();
  relay.rule({
    after: ({ upload, file }) => {
      if (upload === 0 || met.has(file)) return undefined;
      met.add(file);
      return FATES[(met.size - 1) % FATES.length];
    },
  });
  await inFolder(async (cwd) => {
    const files = FATES.map((_, index) => [`f-${index}`, 'x'.repeat(index)] as const);
    await writeFiles(join(cwd, 'out'), Object.fromEntries(files));
    const inputs = { project: PROJECT.path, token, 'package-name': WIDGET.name, 'package-version': WIDGET.version };
    const place = { 'api-url': relay.apiUrl, files: '**', directory: 'out' };
    const run = await platform.run('publish', { ...inputs, ...place }, { cwd });
    expect({ code: run.code, told: run.code === 0 ? '' : run.stdout + run.stderr }).toEqual({ code: 0, told: '' });
  });
  expect(met.size).toBe(FATES.length + 1);
  expect(await twins(registry, WIDGET)).toEqual({});
  expect(await storedRows(registry, WIDGET)).toHaveLength(FATES.length + 1);
});

test.each([
  ['private', TOKENS.personal],
  ['job', TOKENS.job],
  ['deploy', TOKENS.deploy],
] as const)('an answer that never comes, to a token of kind %s, leaves one copy', async (type, token) => {
  const { registry, relay } = await between();
  relay.rule({ after: ({ upload }) => (upload === 1 ? new Promise(() => undefined) : undefined) });
  const { client } = clientOf(new URL(relay.apiUrl), { token, type, timeoutMs: 300, answerGraceMs: 0 });
  const ref = { client, project: PROJECT.path, ...WIDGET };

  const sent = await sendChecked(ref, { name: 'a.txt', source: bytesSource(Buffer.from('a')) }, 'default');
  client.close();

  expect(sent.sha256).toMatch(/^ca978112/);
  expect(await storedRows(registry, WIDGET)).toHaveLength(1);
});

/** The two kinds that matter: what is tried again, and what is not. */
const TWO: readonly Fate[] = [
  { status: 409, body: 'no' },
  { status: 503, body: 'no' },
];

describe('what is sent again with the same bytes is there once more, not twice', () => {
  /** Two runs, the second behind a relay that stores its first uploads and answers them with this. */
  async function twice(
    fate: Fate,
    token: string,
    { first, second }: Record<'first' | 'second', Readonly<Record<string, string>>>,
    settings = {},
  ): Promise<RunningRegistry> {
    let now = Date.now();
    // A second apart, as a file's time tells it.
    const registry = await openRegistry({ clock: () => (now += 1000), settings });
    open.push(registry);
    const relay = await openRelay(registry);
    open.push(relay);
    const publish = (inputs: Readonly<Record<string, string>>, files: Readonly<Record<string, string>>) =>
      inFolder(async (cwd) => {
        await writeFiles(join(cwd, 'out'), files);
        const where = { 'api-url': relay.apiUrl, project: PROJECT.path, token };
        const what = { 'package-name': WIDGET.name, 'package-version': WIDGET.version, files: '**', directory: 'out' };
        return terminal.run('publish', { ...where, ...what, ...inputs }, { cwd });
      });
    expect(await publish(first, FILES)).toMatchObject({ code: 0 });
    let fates = 0;
    relay.rule({ after: ({ upload }) => (upload === 1 && (fates += 1) > 0 ? fate : undefined) });

    const run = await publish(second, 'if-exists' in second ? { ...FILES, 'a.txt': 'other' } : FILES);

    expect({ code: run.code, told: run.code === 0 ? '' : run.stdout + run.stderr }).toEqual({ code: 0, told: '' });
    expect(fates).toBe(1);
    return registry;
  }

  // The manifest stands there from the first run, and from the one upload that made the version visible.
  test.each([
    ['a personal token', TOKENS.personal, {}],
    ['a deploy token', TOKENS.deploy, {}],
    ['a deploy token, files served by an object storage', TOKENS.deploy, { object_storage: 'redirect' }],
  ])('for its status, with %s', async (_, token, settings) => {
    for (const fate of TWO) {
      const registry = await twice(fate, token, { first: { status: 'hidden' }, second: {} }, settings);
      expect(await twins(registry, WIDGET)).toEqual({ 'generic-package.json': 2 });
    }
  });

  // The first run's manifest, the probe, and the new manifest.
  test.each([
    ['a personal token', TOKENS.personal],
    ['a deploy token', TOKENS.deploy],
  ])('to see whether GitLab takes a name twice, with %s', async (_, token) => {
    for (const fate of TWO) {
      const registry = await twice(fate, token, { first: {}, second: { 'if-exists': 'replace' } });
      expect(await twins(registry, WIDGET)).toEqual({ 'a.txt': 2, 'generic-package.json': 3 });
    }
  });
});

/** Uploads that are stored and answered with something else: each is looked for before it is sent again. */
import { afterEach, expect, test } from '@jest/globals';
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

test('what is sent again for its status alone is looked for in the list', async () => {
  const { registry, relay } = await between();
  const publish = (inputs: Readonly<Record<string, string>>) =>
    inFolder(async (cwd) => {
      await writeFiles(join(cwd, 'out'), FILES);
      const where = { 'api-url': relay.apiUrl, project: PROJECT.path, token: TOKENS.personal };
      const what = { 'package-name': WIDGET.name, 'package-version': WIDGET.version, files: '**', directory: 'out' };
      return terminal.run('publish', { ...where, ...what, ...inputs }, { cwd });
    });
  expect((await publish({ status: 'hidden' })).code).toBe(0);
  let fates = 0;
  relay.rule({
    after: ({ upload }) => {
      if (upload === 0 || fates > 0) return undefined;
      fates += 1;
      return { status: 429, body: 'Retry later\n' };
    },
  });

  expect((await publish({})).code).toBe(0);

  expect(fates).toBe(1);
  // The manifest stands there from the first run, and from the one upload that made the version visible.
  expect(await twins(registry, WIDGET)).toEqual({ 'generic-package.json': 2 });
});

/** What the command `registry` says when it is ready, and from where it takes its configuration. */
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test } from '@jest/globals';
import { runCli, startCli, type Place, type Started } from '../support/process.ts';
import { inFolder } from '../support/tree.ts';

const TOKEN = 'glpat-for-nobody-to-see';
const CONFIG = JSON.stringify({ projects: [{ id: 7, path: 'a/b' }], tokens: [{ token: TOKEN, kind: 'personal' }] });

let started: Started | undefined;
afterEach(async () => {
  started?.child.kill('SIGKILL');
  await started?.ended;
  started = undefined;
});

/** The first line that it prints. */
async function firstLine(args: readonly string[], place: Place): Promise<string> {
  started = await startCli(['registry', '--port=0', ...args], place);
  const { stdout } = started.child;
  if (stdout === null) throw new Error('it has no output');
  return new Promise((resolve) => createInterface(stdout).once('line', resolve));
}

test('with --json one line is all that it prints, and it is enough to begin', async () => {
  await inFolder(async (cwd) => {
    const line = await firstLine(['--json', '--control-port=0', '--verbose'], { cwd });
    const ready = JSON.parse(line) as Record<string, string> & { tokens: { kind: string; token: string }[] };
    expect(ready).toMatchObject({
      'api-url': `${String(ready.url)}/api/v4`,
      'control-url': expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      projects: [{ id: 1, path: 'demo/widget' }],
    });
    const personal = ready.tokens.find(({ kind }) => kind === 'personal')?.token ?? '';
    const answer = await fetch(`${String(ready['api-url'])}/projects/1?x=1`, {
      headers: { 'PRIVATE-TOKEN': personal },
    });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    started?.child.kill('SIGTERM');
    const ended = await started?.ended;
    expect(ended?.stdout.trim().split('\n')).toEqual([line]);
    // `--verbose` tells each request, without what may be secret in it.
    expect(ended?.stderr).toMatch(/GET \/api\/v4\/projects\/1 200 \d+ ms/);
  });
});

describe('the configuration', () => {
  test.each<[string, readonly string[], Omit<Place, 'cwd'>]>([
    ['from standard input', ['--config=-'], { stdin: CONFIG }],
    ['as JSON in a variable', [], { env: { GENERIC_PACKAGES_CONFIG: CONFIG } }],
  ])('%s is taken, and not shown', async (_from, args, place) => {
    await inFolder(async (cwd) => {
      const line = await firstLine(['--json', ...args], { cwd, ...place });
      expect(JSON.parse(line)).toMatchObject({ projects: [{ id: 7, path: 'a/b' }], tokens: [] });
      expect(line).not.toContain(TOKEN);
    });
  });

  test.each<[string, readonly string[], Omit<Place, 'cwd'>, string]>([
    ['from standard input', ['--config=-'], { stdin: `{"tokens": ${TOKEN}` }, 'standard input is not JSON'],
    ['in a variable', [], { env: { GENERIC_PACKAGES_CONFIG: `{"tokens": ${TOKEN}` } }, 'its value is not JSON'],
  ])('%s that is no JSON is refused, and not shown', async (_from, args, place, says) => {
    await inFolder(async (cwd) => {
      const run = await runCli(['registry', '--port=0', '--verbose', ...args], { cwd, ...place });
      expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(says)]);
      expect(run.stdout + run.stderr).not.toContain(TOKEN.slice(0, 10));
    });
  });
});

test.each<[readonly string[], string]>([
  [['--tls-cert=cert.pem'], '`--tls-cert`'],
  [['--control-port=70000'], 'control-port: must be a whole number'],
  [['--fault-script=[{"fault":"fire"}]'], 'faults[0].fault'],
])('%s is wrong usage', async (args, says) => {
  await inFolder(async (cwd) => {
    const run = await runCli(['registry', '--port=0', ...args], { cwd });
    expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(says)]);
  });
});

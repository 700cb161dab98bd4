/** Machines that lack what every machine has: a clear word and the next step, and never "a defect". */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { terminal } from '../support/in-process.ts';
import { asTerminal } from '../support/platform.ts';
import { CLI, endOf, environmentAt, type Ended } from '../support/process.ts';
import { putRaw, WIDGET } from '../support/raw.ts';
import { fileGets, openRegistry } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const FILES = 40;

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry({ latency: 20 });
  for (let file = 0; file < FILES; file += 1) await putRaw(registry, WIDGET, `f${file}.txt`, 'f');
});
afterAll(() => registry.close());

/** A download by the bundle, started by a shell that first spoils its surroundings. */
async function downloadAfter(spoil: string, cwd: string, directory: string): Promise<Ended> {
  const { args, env } = asTerminal({ ...rightInputs(registry, 'download'), directory });
  const script = `${spoil}; exec "$0" "$@"`;
  // Only root can become somebody whom the machine does not know.
  const nobody = process.getuid?.() === 0 && spoil.includes('HOME') ? { uid: 54_321, gid: 54_321 } : {};
  const child = spawn('sh', ['-c', script, process.execPath, CLI, 'download', ...args], {
    cwd,
    env: { ...(await environmentAt({ cwd })), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...nobody,
  });
  return endOf(child);
}

function expectWord({ code, stderr }: Ended, word: string): void {
  expect(stderr).toContain(word);
  expect(stderr).not.toMatch(/defect|Unexpected error/);
  expect(code).toBe(1);
}

describe('a download', () => {
  test('in a working directory that is gone says so', async () => {
    await inFolder(async (folder) => {
      const gone = join(folder, 'gone');
      await mkdir(gone);
      const run = await downloadAfter('rm -rf "$PWD"', gone, join(folder, 'in'));
      expectWord(run, 'error: The working directory is not there any more');
      expect(run.stderr).toContain('Change to a folder that exists');
    });
  });

  test('that may open few files says which limit to raise', async () => {
    await inFolder(async (folder) => {
      const run = await downloadAfter('ulimit -n 26', folder, 'in');
      expectWord(run, 'too many files and connections are open');
      expect(run.stderr).toContain('`ulimit -n`');
      expect((await readdir(join(folder, 'in'))).filter((name) => name.startsWith('.'))).toEqual([]);
    });
  });

  test('goes on without HOME and without an entry for its user', async () => {
    await inFolder(async (folder) => {
      await chmod(folder, 0o777);
      const run = await downloadAfter('unset HOME', folder, 'in');
      expect(run).toMatchObject({ code: 0 });
      expect(await readdir(join(folder, 'in'))).toHaveLength(FILES);
    });
  });

  test('to a place that takes no folder ends at once, with one word', async () => {
    await inFolder(async (cwd) => {
      registry.forget();
      const inputs = { ...rightInputs(registry, 'download'), directory: '/proc/no/such' };
      const run = await terminal.run('download', inputs, { cwd });
      expect(run.code).toBe(1);
      const error = errorOf(terminal, run);
      expect(error).toMatch(/The folder \/proc\/no\/such cannot be made: .*\n.*Choose/);
      expect(error.split('\n').length).toBeLessThan(5);
      expect(fileGets(registry).filter(({ path }) => path.endsWith('.txt'))).toEqual([]);
    });
  });
});

/** Runs that are stopped while they read a very large file of this machine: they end at once, and say so in three lines. */
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { withCrafted } from '../support/crafted-registry.ts';
import { asTerminal } from '../support/platform.ts';
import { startCli } from '../support/process.ts';
import { inFolder } from '../support/tree.ts';
import { until } from '../support/until.ts';

const SIZE = 20 * 1024 ** 3;
/** Bytes of it that are read before the signal comes. */
const MUCH = 100 * 1024 ** 2;
const VERSION = {
  name: 'widget',
  version: '1.0.0',
  files: [{ storedName: 'large.bin', content: '', size: SIZE, sha256: 'a'.repeat(64) }],
};

test.each([
  { command: 'publish', deed: 'published', signal: 'SIGINT', code: 130 },
  { command: 'publish', deed: 'published', signal: 'SIGTERM', code: 143 },
  { command: 'download', deed: 'fetched', signal: 'SIGINT', code: 130 },
  { command: 'download', deed: 'fetched', signal: 'SIGTERM', code: 143 },
] as const)('$command, $signal', async ({ command, deed, signal, code }) => {
  await inFolder(async (cwd) => {
    await makeSparse(join(cwd, 'files'), 'large.bin');
    await withCrafted(VERSION, async ({ apiUrl, requests }) => {
      const inputs = {
        'api-url': apiUrl,
        project: '42',
        token: 'glpat-0123456789abcdef',
        'package-name': VERSION.name,
        'package-version': VERSION.version,
        directory: 'files',
        manifest: 'none',
      };
      const { args, env } = asTerminal(inputs);
      const { child, ended } = await startCli([command, ...args], { cwd, env });
      await until(() => requests.some((line) => line.includes('/package_files')), ended);
      await until(() => hasRead(child.pid, MUCH), ended);
      const since = Date.now();
      child.kill(signal);
      const run = await ended;

      expect(run).toMatchObject({ code, signal: null });
      const told = run.stderr.slice(run.stderr.indexOf('error: '));
      expect(told.trimEnd().split('\n')).toEqual([
        `error: Interrupted by ${signal}: 0 of 1 file was ${deed}, 1 was not`,
        '  --verbose lists the 1 file that is not done',
        expect.stringContaining('Run the same command again: it continues where it stopped.'),
      ]);
      // The rest of the file takes longer, and a run that does not stop is given up later.
      expect(Date.now() - since).toBeLessThan(3500);
    });
  });
});

/** Takes no room on the disk, and seconds to read. */
async function makeSparse(folder: string, name: string): Promise<void> {
  await mkdir(folder);
  const file = await open(join(folder, name), 'w');
  await file.truncate(SIZE);
  await file.close();
}

/** Only Linux tells: elsewhere the signal comes as soon as the registry has told what is there. */
function hasRead(pid: number | undefined, bytes: number): boolean {
  try {
    const [, read] = /^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid ?? 0}/io`, 'utf8')) ?? [];
    return Number(read) >= bytes;
  } catch {
    return true;
  }
}

/** Proves: the dry run of a publish of 200,000 empty files stays small, in memory and in what it prints. */
import { expect, test } from '@jest/globals';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../support/tree.ts';
import { runMeasured } from './support/peak.ts';

const FOLDERS = 200;
const FILES = 1000;

test('200,000 empty files need less than 450 MB and 40 lines', async () => {
  await inFolder(async (cwd) => {
    for (let folder = 0; folder < FOLDERS; folder += 1) {
      mkdirSync(join(cwd, 'out', String(folder)), { recursive: true });
      for (let file = 0; file < FILES; file += 1) writeFileSync(join(cwd, 'out', String(folder), `file-${file}`), '');
    }
    const what = ['--package-name', 'many', '--package-version', '1.0.0', '--project', '1'];
    const run = await runMeasured(['publish', ...what, '--directory', 'out', '--files', '**', '--dry-run'], { cwd });

    expect({ code: run.code, told: run.stderr.slice(-1000) }).toMatchObject({ code: 0 });
    expect(run.stdout).toContain('200000 files');
    expect((run.stdout + run.stderr).split('\n').length).toBeLessThan(40);
    expect(run.peak).toBeLessThan(450);
  });
});

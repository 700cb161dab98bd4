/** The entry: versions of Node, and what is answered before anything is loaded. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { nodeProblem } from '../../src/main/node-version.ts';
import { VERSION } from '../../src/version.ts';

const CLI = join(import.meta.dirname, '..', '..', 'src', 'main', 'cli.ts');

describe('Node', () => {
  test.each([['24.5.0'], ['24.21.0'], ['26.0.0'], ['100.0.0'], ['25.0.0-nightly2026'], ['24.5.0-pre']])(
    '%s will do',
    (version) => {
      expect(nodeProblem(version)).toBeUndefined();
    },
  );

  test.each([['24.4.1'], ['24.0.0'], ['22.18.0'], ['20.20.2'], ['9.9.9'], ['']])('%s is too old', (version) => {
    expect(nodeProblem(version)).toContain(`generic-packages needs Node 24.5 or newer; this is Node ${version}`);
  });
});

describe('the entry', () => {
  test.each([['--version'], ['-v']])('answers %s', (flag) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, flag], {
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  test('lists every command there is', () => {
    const { status, stdout } = spawnSync(process.execPath, [CLI, '--help'], { encoding: 'utf8' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ {2}publish {2,}\S/m);
    expect(stdout).toMatch(/^ {2}download {2,}\S/m);
  });
});

/** What the script of a GitLab job leaves to the program: the command, clearing away its file, and `setup`. */
import { describe, expect, test } from '@jest/globals';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startOfJob } from '../../src/main/job-program.ts';
import { exists, inFolder } from '../support/tree.ts';

interface Scene {
  readonly file: string;
  readonly project: string;
  readonly temp: string;
}

/** The file as the script has placed it; `inside`: temporary files lie in the project. */
async function placed(root: string, { inside = false, name = 'generic-packages-abc' } = {}): Promise<Scene> {
  const project = join(root, 'project');
  const temp = inside ? join(project, 'tmp') : join(root, 'tmp');
  await mkdir(project, { recursive: true });
  await mkdir(join(temp, name), { recursive: true });
  const file = join(temp, name, 'program.mjs');
  await writeFile(file, 'the program');
  return { file, project, temp };
}

function startWith({ file, project, temp }: Scene, more: Record<string, string>, argv: readonly string[] = []) {
  const env: Record<string, string | undefined> = {
    GENERIC_PACKAGES_PROGRAM_FILE: file,
    GENERIC_PACKAGES_INPUT_PROGRAM: '',
    GENERIC_PACKAGES_INPUT_FILES: 'out/**',
    ...more,
  };
  return { start: startOfJob({ argv, env, cwd: project, temp }), env };
}

describe('a job', () => {
  test('runs the command of its variable, and the file is gone before', async () => {
    await inFolder(async (root) => {
      const scene = await placed(root);
      const { start, env } = startWith(scene, { GENERIC_PACKAGES_COMMAND: 'publish' });
      expect(start).toEqual({ argv: ['publish'] });
      expect(await readdir(scene.temp)).toEqual([]);
      expect(Object.keys(env).sort()).toEqual(['GENERIC_PACKAGES_COMMAND', 'GENERIC_PACKAGES_INPUT_FILES']);
    });
  });

  test('has nothing of the program in the project', async () => {
    await inFolder(async (root) => {
      const scene = await placed(root, { inside: true });
      startWith(scene, { GENERIC_PACKAGES_COMMAND: 'publish' });
      expect(await readdir(scene.temp)).toEqual([]);
    });
  });

  test('without a command asks for none', async () => {
    await inFolder(async (root) => {
      expect(startWith(await placed(root), {}).start).toEqual({ argv: [''] });
    });
  });
});

describe('a process that no script has started', () => {
  test.each([
    { what: 'a name that is not the script’s', name: 'mine', argv: ['list'] },
    { what: 'no name', name: undefined, argv: ['list'] },
  ])('$what: its arguments count, and nothing is deleted', async ({ name, argv }) => {
    await inFolder(async (root) => {
      const scene = await placed(root, name === undefined ? {} : { name });
      const env = name === undefined ? {} : { GENERIC_PACKAGES_PROGRAM_FILE: scene.file };
      expect(startOfJob({ argv, env, cwd: scene.project, temp: scene.temp })).toEqual({ argv });
      expect(await exists(scene.file)).toBe(true);
    });
  });

  test('what else lies in the folder stays, and is told', async () => {
    await inFolder(async (root) => {
      const scene = await placed(root);
      await writeFile(join(scene.temp, 'generic-packages-abc', 'mine.txt'), 'mine');
      expect(() => startWith(scene, { GENERIC_PACKAGES_COMMAND: 'publish' })).toThrow('ENOTEMPTY');
      expect(await exists(join(scene.temp, 'generic-packages-abc', 'mine.txt'))).toBe(true);
    });
  });
});

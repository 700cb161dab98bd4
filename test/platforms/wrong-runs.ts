/** Runs that are to fail before anything happens: the usual inputs, the one error, and that nothing was done. */
import { expect } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { Platform, Inputs } from '../support/platform.ts';
import { PROJECT, TOKENS } from '../support/registry.ts';
import { exists, inFolder } from '../support/tree.ts';

/** A folder with something to publish. */
export async function inWorkFolder(registry: RunningRegistry, work: (folder: string) => Promise<void>): Promise<void> {
  registry.forget();
  await inFolder(async (folder) => {
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'out', 'a.txt'), 'a');
    await work(folder);
  });
}

/** Inputs with nothing wrong: `out` is published, `in` is where a download would go. */
export function rightInputs(registry: RunningRegistry, command: string): Inputs {
  const connection = {
    'api-url': registry.apiUrl,
    project: PROJECT.path,
    token: TOKENS.personal,
    'package-version': '1.0.0',
  };
  return command === 'publish' ? { ...connection, files: '**', directory: 'out' } : { ...connection, directory: 'in' };
}

export function leavingOut(inputs: Inputs, names: readonly string[]): Inputs {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => !names.includes(name)));
}

/** The error as its platform shows it, with all its lines; there is exactly one. */
export function errorOf(platform: Platform, { stdout, stderr }: { stdout: string; stderr: string }): string {
  const isPlain = platform.kind === 'terminal' || platform.kind === 'gitlab';
  const marker = isPlain ? 'error: ' : '::error::';
  const text = platform.kind === 'terminal' ? stderr : stdout;
  const starts = text.split('\n').filter((line) => line.startsWith(marker));
  expect(starts).toHaveLength(1);
  return isPlain ? text.slice(text.indexOf(marker)) : decodeURIComponent(starts.join(''));
}

export async function expectNothingHappened(registry: RunningRegistry, folder: string): Promise<void> {
  expect(registry.requests).toEqual([]);
  expect(await exists(join(folder, 'in'))).toBe(false);
}

/** A crafted version, a platform, and a working directory from which nothing may climb out. */
import { expect } from '@jest/globals';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withCrafted, type CraftedFile, type CraftedRegistry, type Interceptor } from '../support/crafted-registry.ts';
import type { Platform, PlatformRun, Inputs } from '../support/platform.ts';
import { firstByBundle } from '../support/by-bundle.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { manifestText, type Entry } from '../support/manifests.ts';
import { inFolder } from '../support/tree.ts';
import { MANIFEST, OF } from './hostile-versions.ts';

const PLATFORMS = [terminal, githubAction, gitlabJob] as const;

export interface Scene {
  readonly crafted: CraftedRegistry;
  /** The working directory, three folders deep in one of its own. */
  readonly cwd: string;
  readonly download: (more?: Inputs, env?: Readonly<Record<string, string>>) => Promise<PlatformRun>;
}

/** Every row through every platform; the first of each starts its bundle. */
export function onEveryPlatform<T>(rows: readonly T[]): (T & { platform: Platform; name: string })[] {
  return firstByBundle(PLATFORMS.flatMap((platform) => rows.map((row) => ({ ...row, platform, name: platform.name }))));
}

/** Every row through one platform, in turns: the engine is one, and the rows are many. The first of each starts its bundle. */
export function byPlatform<T>(rows: readonly T[]): (T & { platform: Platform; name: string })[] {
  const taken = rows.map((row, index) => {
    const platform = PLATFORMS[index % PLATFORMS.length] ?? terminal;
    return { ...row, platform, name: platform.name };
  });
  return firstByBundle(taken);
}

/** A version as `publish` leaves it: these files and their manifest. */
export function published(entries: readonly Entry[]): CraftedFile[] {
  const files = entries.map(({ name, content }) => ({ storedName: encodeURIComponent(name), content }));
  return [...files, { storedName: MANIFEST, content: manifestText(OF, entries) }];
}

/** A complete version of so many files, of which only the manifest is ever asked for. */
export function complete(names: readonly string[]): CraftedFile[] {
  return published(names.map((name) => ({ name, content: name }))).slice(-1);
}

/** Asserts in the end that nothing was made, changed or removed beside the working directory. */
export async function inScene(
  files: readonly CraftedFile[],
  platform: Platform,
  work: (scene: Scene) => Promise<void>,
  intercept?: Interceptor,
): Promise<void> {
  await withCrafted(
    { ...OF, files },
    (crafted) =>
      inFolder(async (outer) => {
        const cwd = join(outer, 'deep', 'work', 'space');
        await mkdir(cwd, { recursive: true });
        const inputs = {
          'api-url': crafted.apiUrl,
          project: 'acme/widget',
          'package-name': OF.name,
          'package-version': OF.version,
          directory: 'in',
          retries: '0',
        };
        await work({
          crafted,
          cwd,
          download: (more = {}, env = {}) => platform.run('download', { ...inputs, ...more }, { cwd, env }),
        });
        expect(await readdir(join(outer, 'deep', 'work'))).toEqual(['space']);
        expect([await readdir(outer), await readdir(join(outer, 'deep'))]).toEqual([['deep'], ['work']]);
      }),
    intercept,
  );
}

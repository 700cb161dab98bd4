/** A release of this project as its maintainers make one: built, tagged, pushed, and its program in the registry. */
import { copyFile, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { jobVariables } from '../../support/job-variables.ts';
import { ROOT } from '../../support/process.ts';
import { commitAll, copyCheckout, git } from './checkout.ts';
import type { Forge } from './forge.ts';
import { runWell } from './machine.ts';
import { TOKENS, TOOL } from './registry.ts';

export const VERSION = '1.0.0';

export interface Release {
  /** The work tree that was released. */
  readonly folder: string;
  /** The released program in that tree. */
  readonly program: string;
  /** Of the program, as release.json says it. */
  readonly sha256: string;
}

/** Releases this checkout as version 1.0.0 of the component project. */
export async function makeRelease(root: string, forge: Forge): Promise<Release> {
  const folder = join(root, 'release');
  await copyCheckout(folder);
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await runWell(process.execPath, ['scripts/release.ts', VERSION, '--project', TOOL.path], { cwd: folder });
  await rm(join(folder, 'node_modules'));
  await commitAll(folder);
  await git(folder, 'tag', VERSION);
  await git(folder, 'remote', 'add', 'origin', await forge.addRepository(TOOL.path));
  await git(folder, 'push', '--quiet', 'origin', 'main', VERSION);
  const program = join(folder, 'dist', 'cli', 'index.js');
  await publishProgram(root, program, forge);
  const { sha256 } = JSON.parse(await readFile(join(folder, 'release.json'), 'utf8')) as { sha256: string };
  return { folder, program, sha256 };
}

/** With the tool itself and nothing but a job token, as the tag pipeline of the project or of a mirror does. */
async function publishProgram(root: string, program: string, forge: Forge): Promise<void> {
  const job = join(root, 'tag-job');
  await mkdir(job);
  await copyFile(program, join(job, 'generic-packages.js'));
  await runWell(
    process.execPath,
    [program, 'publish', '--package-name', 'generic-packages', '--files', 'generic-packages.js'],
    {
      cwd: job,
      env: {
        ...jobVariables({ url: forge.url, token: TOKENS.toolJob, folder: job, project: TOOL }),
        CI_COMMIT_TAG: VERSION,
      },
    },
  );
}

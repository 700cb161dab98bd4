/** Copies of this checkout as others see it, and git repositories of one's own. */
import { existsSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ROOT } from '../../support/process.ts';
import { runWell } from './machine.ts';

const AUTHOR = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false'];

/** Copies what git tracks or would add, as a clone has it: no node_modules/, no history. */
export async function copyCheckout(target: string): Promise<void> {
  const listed = await runWell('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    // Of whoever owns the checkout: git asks it whether the folder is to be trusted.
    env: { HOME: process.env.HOME ?? ROOT },
  });
  // A file that was removed but is still tracked is listed too.
  for (const path of listed.split('\0').filter((name) => name !== '' && existsSync(join(ROOT, name)))) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await cp(join(ROOT, path), join(target, path));
  }
}

/** Puts this project there as a runner fetches it for `uses: OWNER/REPO/publish@v1`. */
export async function fetchProject(target: string): Promise<string> {
  await copyCheckout(target);
  await commitAll(target);
  return target;
}

/** Makes `folder` a repository whose one commit, on `main`, holds what lies there. */
export async function commitAll(folder: string): Promise<void> {
  await rm(join(folder, '.git'), { recursive: true, force: true });
  await git(folder, 'init', '--quiet', '--initial-branch=main');
  await git(folder, 'add', '--all');
  await git(folder, ...AUTHOR, 'commit', '--quiet', '--message=Begin');
}

export function git(folder: string, ...args: readonly string[]): Promise<string> {
  return runWell('git', args, { cwd: folder });
}

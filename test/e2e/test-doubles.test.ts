/** The examples that test with a registry of their own: in jest's process, beside pytest, beside a job of each system. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { buildRegistryLibrary } from '../../scripts/library.ts';
import { CLI, ROOT, startProgram } from '../support/process.ts';
import { runWorkflow } from './support/act.ts';
import { PYTHON_PROGRAMS, run, runWell, succeeded } from './support/machine.ts';
import { SMALL } from './support/payload.ts';
import { DEFAULT_BRANCH, openScene } from './support/scene.ts';
import { makeForeignWorkspace } from './support/workspace.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'generic-packages-e2e-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('jest starts one in its own process, by the package that it imports', async () => {
  const project = join(root, 'jest');
  await cp(join(ROOT, 'examples', 'jest'), project, { recursive: true });
  const package_ = join(project, 'node_modules', '@generic-packages', 'cli');
  await buildRegistryLibrary(ROOT, join(package_, 'registry'));
  const exports = { './registry': { types: './registry/index.d.ts', default: './registry/index.js' } };
  await writeFile(join(package_, 'package.json'), JSON.stringify({ name: '@generic-packages/cli', exports }));
  for (const name of ['jest', '@jest'])
    await symlink(join(ROOT, 'node_modules', name), join(project, 'node_modules', name));
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  await writeFile(
    join(project, 'jest.config.mjs'),
    "export default { testMatch: ['**/*.test.mjs'], transform: {}, testEnvironment: 'node' };\n",
  );
  const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
  const flags = ['--experimental-vm-modules', jest, '--rootDir', project, '--maxWorkers=1', '--config=jest.config.mjs'];
  const ended = await run(process.execPath, flags, { cwd: project });

  expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining('4 passed, 4 total')]);
});

it('pytest starts one beside it, reads one line of JSON, and resets it for each test', async () => {
  const project = join(root, 'pytest');
  await cp(join(ROOT, 'examples', 'pytest'), project, { recursive: true });
  const bin = join(root, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'generic-packages'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`, {
    mode: 0o755,
  });
  const PATH = `${bin}:${PYTHON_PROGRAMS}:${process.env.PATH ?? ''}`;
  const said = await runWell('pytest', ['-p', 'no:cacheprovider'], { cwd: project, env: { PATH } });

  expect(said).toContain('4 passed');
});

it('a workflow of GitHub starts one in a step', async () => {
  const port = await freePort();
  const workspace = await makeForeignWorkspace(SMALL);
  const text = (await readFile(join(ROOT, 'examples', 'github-registry.yml'), 'utf8')).replaceAll('8080', String(port));
  const ended = succeeded(
    await runWorkflow(text, {
      workspace: workspace.path,
      vars: { GENERIC_PACKAGES_PROGRAM: `file://${CLI}` },
      repositories: { 'actions/setup-node@v4': await nothing() },
    }),
  );
  await workspace.remove();

  expect(ended.results).toEqual({ test: 'success' });
  await expect(fetch(`http://127.0.0.1:${port}/-/health`)).rejects.toThrow();
});

it('a job of GitLab has one as its service', async () => {
  const port = await freePort();
  const given = await readFile(join(ROOT, 'examples', 'gitlab-registry.gitlab-ci.yml'), 'utf8');
  const text = given.replaceAll('8080', String(port));
  const { test } = parse(text) as {
    test: { services: { command: string[] }[]; variables: Record<string, string> };
  };
  const [program = '', ...args] = test.services[0]?.command ?? [];
  const folder = join(root, 'service');
  await mkdir(folder);
  // What GitLab's runner does for a service: its command, with the job's variables.
  const service = await startProgram(
    program,
    args.map((arg) => arg.replaceAll('/tmp/', `${folder}/`)),
    {
      cwd: folder,
      env: {
        ...test.variables,
        PROGRAM: `file://${CLI}`,
        PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
      },
    },
  );
  const scene = await openScene();
  try {
    // gitlab-ci-local wants Docker for services.
    const job = { ...test, services: undefined };
    succeeded(await scene.pipeline({ test: job }, { ...DEFAULT_BRANCH, DOUBLE: `http://127.0.0.1:${port}` }));
  } finally {
    service.child.kill();
    await service.ended;
    await scene.close();
  }
});

/** An action that does nothing: the machine has its Node already. */
async function nothing(): Promise<string> {
  const folder = join(root, 'nothing');
  await mkdir(folder);
  const action = 'name: nothing\nruns:\n  using: composite\n  steps:\n    - run: "true"\n      shell: bash\n';
  await writeFile(join(folder, 'action.yml'), action);
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

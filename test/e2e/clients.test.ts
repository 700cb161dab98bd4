/** Clients that others wrote, against the embedded registry: what they send we fetch, what we send they fetch. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { runCli } from '../support/process.ts';
import { fingerprint, makeTree } from '../support/tree.ts';
import { PYTHON_PROGRAMS, runWell, succeeded } from './support/machine.ts';
import { openRegistry, PROJECT, TOKENS } from './support/registry.ts';

let root: string;
let registry: RunningRegistry;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'generic-packages-e2e-'));
  registry = await openRegistry();
  await makeTree(join(root, 'tree'), 300_000);
});
afterAll(async () => {
  await registry.close();
  await rm(root, { recursive: true, force: true });
});

/** Each uploads and fetches one file, named by its path in the package; paths are from the test's folder. */
interface Client {
  readonly name: string;
  readonly upload: (package_: string, file: string) => string;
  readonly download: (package_: string, file: string) => string;
}

const at = (package_: string, file: string): string => `"$API/projects/42/packages/generic/${package_}/1.0.0/${file}"`;
const python = (package_: string, file: string, command: string): string =>
  `gitlab --server-url "$URL" --private-token "$TOKEN" generic-package ${command} --project-id 42 --package-name ${package_} --package-version 1.0.0 --file-name ${file}`;

const CLIENTS: readonly Client[] = [
  {
    name: 'python-gitlab',
    upload: (package_, file) => `${python(package_, file, 'upload')} --path tree/${file}`,
    download: (package_, file) => python(package_, file, 'download'),
  },
  {
    name: 'curl',
    upload: (package_, file) => `curl -sSf -H "PRIVATE-TOKEN: $TOKEN" --upload-file tree/${file} ${at(package_, file)}`,
    download: (package_, file) => `curl -sSf -H "PRIVATE-TOKEN: $TOKEN" ${at(package_, file)}`,
  },
  {
    name: 'curl, sending from a pipe with Basic',
    upload: (package_, file) => `cat tree/${file} | curl -sSf --user "anyone:$TOKEN" -T - ${at(package_, file)}`,
    download: (package_, file) => `curl -sSf --user "anyone:$TOKEN" ${at(package_, file)}`,
  },
  {
    name: 'wget',
    upload: (package_, file) =>
      `wget -nv -O - --method=PUT --header="PRIVATE-TOKEN: $TOKEN" --body-file=tree/${file} ${at(package_, file)}`,
    // It sends user and password only when it is asked for them.
    download: (package_, file) => `wget -nv -O - --user=anyone --password="$TOKEN" ${at(package_, file)}`,
  },
];

/** A deep one, an odd name, one of many pieces; an empty one wget cannot send. */
const FILES = ['deep/a/b/c/d/e/f.txt', 'odd/a+b.txt', 'big/model.bin'];

describe.each(CLIENTS)('$name', ({ name, upload, download }) => {
  const package_ = `by-client-${CLIENTS.findIndex((client) => client.name === name)}`;

  it('uploads a version that our download fetches and our publish completes', async () => {
    for (const file of FILES) await shell(upload(package_, file));
    const out = join(root, package_);
    const fetched = await ours('download', package_, '--directory', out);
    const complete = await ours('publish', package_, '--directory', out, '--files', '**');

    expect(fetched).toMatchObject({ downloaded: FILES.length, 'file-count': FILES.length });
    const tree = await fingerprint(join(root, 'tree'));
    expect(contents(await fingerprint(out))).toEqual(
      contents(Object.fromEntries(FILES.map((file) => [file, tree[file] ?? '']))),
    );
    expect(complete).toMatchObject({ uploaded: 0, unchanged: FILES.length, complete: true });
  });

  it('fetches what our publish sent, byte for byte', async () => {
    await ours('publish', `${package_}-ours`, '--directory', join(root, 'tree'), '--files', FILES.join('\n'));
    for (const file of FILES) {
      await shell(`${download(`${package_}-ours`, file)} > fetched`);

      expect((await readFile(join(root, 'fetched'))).equals(await readFile(join(root, 'tree', file)))).toBe(true);
    }
  });
});

describe('a version of 120 files', () => {
  const names = Array.from({ length: 120 }, (_, at_) => `f${at_ + 1}.txt`);

  it('published by us shows all of them to a client that pages by Link', async () => {
    await mkdir(join(root, 'many'));
    for (const name of names) await writeFile(join(root, 'many', name), `This is ${name}.\n`);
    await ours('publish', 'many', '--directory', join(root, 'many'), '--files', '**');
    const gitlab = 'gitlab --server-url "$URL" --private-token "$TOKEN" -o json';
    const packages = await json(`${gitlab} project-package list --project-id 42 --get-all`);
    const { id } = packages.find((each) => each.name === 'many') ?? {};
    registry.forget();
    const files = await json(
      `${gitlab} project-package-file list --project-id 42 --package-id ${String(id)} --get-all`,
    );

    expect(files.map((file) => file.file_name).sort()).toEqual([...names, 'generic-package.json'].sort());
    expect(registry.requests.filter(({ path }) => path.endsWith('/package_files')).length).toBeGreaterThan(5);
  });

  it('uploaded by curl comes whole through our download, which pages too', async () => {
    await shell(`curl -sSf -H "PRIVATE-TOKEN: $TOKEN" -T 'many/f[1-120].txt' ${at('many-by-curl', '')}`);
    registry.forget();
    const fetched = await ours('download', 'many-by-curl', '--directory', join(root, 'many-out'));

    expect(fetched).toMatchObject({ downloaded: 120 });
    expect(contents(await fingerprint(join(root, 'many-out')))).toEqual(
      contents(await fingerprint(join(root, 'many'))),
    );
    expect(registry.requests.filter(({ path }) => path.endsWith('/package_files')).length).toBeGreaterThan(1);
  });
});

/** Runs a line as a user types it, in the folder of this test; returns what it printed. */
function shell(line: string): Promise<string> {
  return runWell('sh', ['-c', line], {
    cwd: root,
    env: {
      PATH: `${PYTHON_PROGRAMS}:${process.env.PATH ?? ''}`,
      URL: registry.url,
      API: registry.apiUrl,
      TOKEN: TOKENS.personal,
    },
  });
}

async function json(line: string): Promise<readonly Record<string, unknown>[]> {
  return JSON.parse(await shell(line)) as readonly Record<string, unknown>[];
}

async function ours(command: string, package_: string, ...args: readonly string[]): Promise<Record<string, unknown>> {
  const ended = await runCli([command, '--package-name', package_, '--package-version', '1.0.0', ...args, '--json'], {
    cwd: root,
    env: {
      GENERIC_PACKAGES_TOKEN: TOKENS.personal,
      GENERIC_PACKAGES_API_URL: registry.apiUrl,
      GENERIC_PACKAGES_PROJECT: PROJECT.path,
    },
  });
  succeeded({ code: ended.code, log: ended.stdout + ended.stderr });
  return JSON.parse(ended.stdout) as Record<string, unknown>;
}

/** Other clients know no modes. */
function contents(tree: Record<string, string>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(tree).map(([name, look]) => [name, look.split(' ')[1]]));
}

/** One row of a download: its dry run, the run, and the same again, held against what the row promises. */
import { mkdir, readdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { RunningRegistry } from '../../../src/registry/server.ts';
import { PROJECT } from '../../support/registry.ts';
import { writeFiles } from '../../support/tree.ts';
import { differing } from '../support/differing.ts';
import type { Broken } from '../support/judge.ts';
import { runCommandHere, type CommandRun } from '../support/run-command.ts';
import { promisedOf, sumOf, tokenOf, treeBefore, type Promised, type Row, type Tree } from './row.ts';

export interface Stage {
  readonly registry: RunningRegistry;
  /** A folder that the rows share; each makes one of its own in it. */
  readonly folder: string;
  readonly manifestText: string;
}

/** Beside the target folder: what no run may touch. */
const OUTSIDE: Tree = { 'secret.txt': 'mine', 'docs/guide.md': 'mine too' };

export async function tryDownload(row: Row, index: number, stage: Stage): Promise<readonly Broken[]> {
  const cwd = join(stage.folder, `row-${index}`);
  const temp = join(stage.folder, `temp-${index}`);
  await mkdir(temp, { recursive: true });
  await plant(cwd, OUTSIDE);
  await plant(join(cwd, 'out'), treeBefore(row));
  const promised = promisedOf(row, stage.manifestText);
  const run = (more: Record<string, string> = {}): Promise<CommandRun> =>
    runCommandHere('download', { ...inputsOf(row, stage.registry), ...more }, { cwd, temp });
  const before = await treeOf(cwd);
  const dry = await run({ 'dry-run': 'true' });
  const afterDry = await treeOf(cwd);
  const real = await run();
  const after = await treeOf(cwd);
  const again = real.exitCode === 0 ? await run() : undefined;
  const afterAgain = await treeOf(cwd);
  await rm(cwd, { recursive: true });
  await rm(temp, { recursive: true });
  return [
    ...differing('a dry run changes nothing', before, afterDry),
    ...differing('the folder is as promised, and nothing beside it is touched', expectedTree(promised), after),
    ...differing('the run ends as promised', promised.code, real.failure?.code),
    ...differing('the dry run ends like the run', real.failure, dry.failure),
    ...(real.exitCode === 0 ? successes({ row, promised, dry, real, manifestText: stage.manifestText }) : []),
    ...(again === undefined ? [] : repetitions(real, again)),
    ...differing('the same again changes nothing', after, afterAgain),
  ];
}

interface Ended {
  readonly row: Row;
  readonly promised: Promised;
  readonly dry: CommandRun;
  readonly real: CommandRun;
  readonly manifestText: string;
}

function successes({ promised, dry, real, manifestText }: Ended): readonly Broken[] {
  const sums = filesOf(real).map(({ name, sha256 }) => [name, sha256]);
  return [
    ...differing(
      'it fetches what is missing or differs, and nothing else',
      promised.downloaded,
      named(real, 'downloaded'),
    ),
    ...differing('it says what it deletes', promised.deleted, linesAfter(real, 'deleted: ')),
    ...differing('the dry run names the same files', promised.downloaded, named(dry, 'would-download')),
    ...differing('the dry run names the same deletions', promised.deleted, linesAfter(dry, 'would delete: ')),
    ...differing(
      'the outputs tell each checksum',
      sums.map(([name = '']) => [name, sumOf(name, manifestText)]),
      sums,
    ),
    ...differing('the digest is told by the dry run too', real.outputs.digest, dry.outputs.digest),
    ...differing('the count of deletions is told', promised.deleted.length, real.outputs.pruned),
  ];
}

function repetitions(real: CommandRun, again: CommandRun): readonly Broken[] {
  const stable = ({ outputs }: CommandRun): unknown => [outputs.digest, outputs['file-count'], outputs.bytes];
  const files = (run: CommandRun): unknown => filesOf(run).map(({ name, path, sha256 }) => ({ name, path, sha256 }));
  return [
    ...differing('the same again succeeds', undefined, again.failure),
    ...differing(
      'the same again fetches and deletes nothing',
      [0, 0],
      [again.outputs.downloaded, again.outputs.pruned],
    ),
    ...differing('the same again has the same outputs', stable(real), stable(again)),
    ...differing('the same again names the same files', files(real), files(again)),
  ];
}

function inputsOf(row: Row, registry: RunningRegistry): Record<string, string> {
  return {
    'api-url': registry.apiUrl,
    project: String(PROJECT.id),
    token: tokenOf(row),
    'package-name': 'widget',
    'package-version': row.made,
    directory: 'out',
    files: row.files,
    ...(row.manifest === 'none' ? { manifest: 'none' } : {}),
    overwrite: String(row.overwrite),
    prune: String(row.prune),
    flatten: String(row.flatten),
  };
}

function expectedTree({ after }: Promised): Tree {
  return sorted({
    ...OUTSIDE,
    ...Object.fromEntries(Object.entries(after).map(([name, content]) => [`out/${name}`, content])),
  });
}

interface FileRow {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
  readonly status: string;
}

function filesOf({ outputs }: CommandRun): readonly FileRow[] {
  return outputs.files as readonly FileRow[];
}

function named(run: CommandRun, status: string): readonly string[] {
  return filesOf(run)
    .filter((file) => file.status === status)
    .map(({ name }) => name)
    .sort();
}

function linesAfter({ log }: CommandRun, start: string): readonly string[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith(start))
    .map((line) => line.slice(start.length))
    .sort();
}

/** Files, and links where the content is `-> target`. */
async function plant(root: string, tree: Tree): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const [name, content] of Object.entries(tree)) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    if (content.startsWith('-> ')) await symlink(content.slice(3), path);
    else await writeFiles(root, { [name]: content });
  }
}

async function treeOf(root: string): Promise<Tree> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => !entry.isDirectory())
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = entry.isSymbolicLink() ? `-> ${await readlink(path)}` : await readFile(path, 'utf8');
      return [relative(root, path), content] as const;
    });
  return sorted(Object.fromEntries(await Promise.all(found)));
}

function sorted(tree: Tree): Tree {
  return Object.fromEntries(Object.entries(tree).sort(([one], [other]) => (one < other ? -1 : 1)));
}

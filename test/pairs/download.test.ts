/** All pairs of a download's options, each row held against what the texts promise. */
import { expect, test } from '@jest/globals';
import { withRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { getRaw, putRaw } from '../support/raw.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { MANIFEST, PUBLISHED, type Row } from './download/row.ts';
import { tryDownload, type Stage } from './download/trial.ts';
import { judgeRows } from './support/judge.ts';
import { product, type Columns } from './support/product.ts';
import { runCommandHere } from './support/run-command.ts';

const BOTH = [true, false];
const COLUMNS: Columns<Row> = {
  made: ['manifest', 'listed', 'hidden', 'hidden-manifest'],
  token: ['job'],
  manifest: ['default', 'none'],
  local: ['empty', 'same', 'other', 'extra', 'blocked', 'linked'],
  overwrite: BOTH,
  prune: BOTH,
  flatten: BOTH,
  files: ['**', 'docs/**', 'a.txt'],
};
const ALL_MS = 300_000;

test(
  'every download keeps its promises',
  async () => {
    // Where nothing could be overwritten, its refusal has nothing to refuse.
    const rows = product(COLUMNS).filter(({ overwrite, local }) => overwrite || local === 'other' || local === 'extra');
    expect(await judge(rows)).toBe('');
  },
  ALL_MS,
);

test(
  'every download with a token that cannot list keeps them too',
  async () => {
    const some = { token: ['deployReader'], local: ['empty', 'extra', 'blocked'], overwrite: [true] } as const;
    expect(await judge(product({ ...COLUMNS, ...some }))).toBe('');
  },
  ALL_MS,
);

test(
  'every other token sees the same',
  async () => {
    const some = { token: ['personal', 'reader', 'deploy'], local: ['extra'], overwrite: [true] } as const;
    expect(await judge(product({ ...COLUMNS, ...some, files: ['**', 'a.txt'] }))).toBe('');
  },
  ALL_MS,
);

function judge(rows: readonly Row[]): Promise<string> {
  return withRegistry({}, (registry) =>
    inFolder(async (folder) => {
      const stage: Stage = { registry, folder, manifestText: await makeVersions(registry, folder) };
      return judgeRows(rows, (row, index) => tryDownload(row, index, stage));
    }),
  );
}

/** One version of each making, called after it; returns the bytes of the manifest. */
async function makeVersions(registry: RunningRegistry, folder: string): Promise<string> {
  for (const [name, content] of Object.entries(PUBLISHED)) {
    await putRaw(registry, { name: 'widget', version: 'listed' }, name, content);
    await putRaw(registry, { name: 'widget', version: 'hidden', status: 'hidden' }, name, content);
  }
  await writeFiles(`${folder}/source`, PUBLISHED);
  for (const [version, status] of [
    ['manifest', 'default'],
    ['hidden-manifest', 'hidden'],
  ] as const) {
    const inputs = { 'api-url': registry.apiUrl, project: String(PROJECT.id), token: TOKENS.personal };
    const what = { 'package-name': 'widget', 'package-version': version, status, directory: 'source', files: '**' };
    const { failure } = await runCommandHere('publish', { ...inputs, ...what }, { cwd: folder, temp: folder });
    if (failure !== undefined) throw new Error(failure.message);
  }
  return (await getRaw(registry, { name: 'widget', version: 'manifest' }, MANIFEST)) ?? '';
}

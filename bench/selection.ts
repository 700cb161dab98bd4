/** Selecting a hundred thousand files by pattern, beside the plainest way to know their names, sizes and modes. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { selectFiles } from '../src/core/selection/selection.ts';
import { interleave, median, secondsOf } from './measure.ts';
import { makeFiles, type Workplace } from './place.ts';
import { timeRow, type Row } from './report.ts';

const FILES = 100_000;
const ROUNDS = 5;
const MOST = 1.5;

export async function measureSelection(place: Workplace): Promise<readonly Row[]> {
  const directory = join(place.folder, 'many');
  await makeFiles(directory, FILES, 0);
  const { ours, bare } = await interleave(ROUNDS, {
    ours: () => secondsOf(() => select(directory)),
    bare: () =>
      secondsOf(() => {
        list(directory);
      }),
  });
  const beside = { what: 'recursive `readdirSync` and `lstatSync`', seconds: median(bare) };
  return [timeRow(`Select ${FILES.toLocaleString('en')} files by \`**\``, median(ours), beside, MOST)];
}

async function select(directory: string): Promise<void> {
  const { platform: os } = process;
  const { files } = await selectFiles({ patterns: ['**'], directory, includeHidden: false, followSymlinks: false, os });
  assertAll(files.length);
}

function list(directory: string): void {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  assertAll(files.map((file) => lstatSync(join(file.parentPath, file.name))).length);
}

function assertAll(found: number): void {
  if (found !== FILES) throw new Error(`${found} files were found instead of ${FILES}`);
}

/** Selecting a hundred thousand files by pattern, beside Node's own listing of the same folders. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { selectFiles } from '../src/core/selection.ts';
import { interleave, median, secondsOf } from './measure.ts';
import { makeFiles, type Workplace } from './place.ts';
import { seconds, type Row } from './report.ts';

const FILES = 100_000;
const ROUNDS = 5;
const MOST_SECONDS = 0.5;

export async function measureSelection(place: Workplace): Promise<readonly Row[]> {
  const directory = join(place.folder, 'many');
  await makeFiles(directory, FILES, 0);
  const { ours, bare } = await interleave(ROUNDS, {
    ours: () => secondsOf(() => select(directory)),
    bare: () => secondsOf(() => list(directory)),
  });
  const [mine, other] = [median(ours), median(bare)];
  return [
    {
      what: `Select ${FILES.toLocaleString('en')} files by \`**\`, with their sizes and modes`,
      ours: seconds(mine),
      beside: `${seconds(other)}, recursive \`readdir\` and \`lstat\``,
      ratio: (mine / other).toFixed(2),
      target: `at most ${seconds(MOST_SECONDS)}`,
      met: mine <= MOST_SECONDS,
    },
  ];
}

async function select(directory: string): Promise<void> {
  const { platform } = process;
  const { files } = await selectFiles({ patterns: ['**'], directory, includeHidden: false, followSymlinks: false, platform });
  if (files.length !== FILES) throw new Error(`${files.length} files were selected instead of ${FILES}`);
}

async function list(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  for (let at = 0; at < files.length; at += 64) {
    await Promise.all(files.slice(at, at + 64).map((file) => lstat(join(file.parentPath, file.name))));
  }
}

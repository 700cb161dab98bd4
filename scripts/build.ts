/**
 * `npm run build`: makes dist/ anew. With `--check` it builds into a folder of its own and compares
 * with the committed dist/, byte for byte; differences are named and the exit code is 1.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildInto, differences } from './build-steps.ts';

const root = join(import.meta.dirname, '..');
const committed = join(root, 'dist');

try {
  if (process.argv.includes('--check')) await check();
  else await buildInto(root, committed);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function check(): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'generic-packages-build-'));
  try {
    const built = join(temporary, 'dist');
    await buildInto(root, built);
    const found = await differences(committed, built);
    for (const difference of found) console.log(difference);
    if (found.length === 0) return;
    console.error('Run npm run build and commit dist/.');
    process.exitCode = 1;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

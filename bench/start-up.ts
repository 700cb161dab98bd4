/** How long the program takes to start, beside a Node that does nothing. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { interleave, median } from './measure.ts';
import type { Workplace } from './place.ts';
import { runToEnd } from './processes.ts';
import { seconds, type Row } from './report.ts';

const ROUNDS = 15;
const MOST_MORE = 0.12;

export async function measureStartUp(place: Workplace): Promise<readonly Row[]> {
  const empty = join(place.folder, 'empty.mjs');
  await writeFile(empty, '');
  const started = (args: readonly string[]) => async (): Promise<number> =>
    (await runToEnd(process.execPath, args, { cwd: place.folder })).seconds;
  const { bare, version, help } = await interleave(ROUNDS, {
    bare: started([empty]),
    version: started([place.program, '--version']),
    help: started([place.program, 'publish', '--help']),
  });
  return [
    rowOf('Start-up: `--version`', median(version), median(bare), MOST_MORE),
    rowOf('Start-up: `publish --help`', median(help), median(bare)),
  ];
}

function rowOf(what: string, ours: number, bare: number, most?: number): Row {
  const more = ours - bare;
  return {
    what,
    ours: seconds(ours),
    beside: `${seconds(bare)}, an empty Node process`,
    ratio: `${more < 0 ? '−' : '+'}${seconds(Math.abs(more))}`,
    target: most === undefined ? '' : `at most +${seconds(most)}`,
    met: most === undefined ? undefined : more <= most,
  };
}

/**
 * `npm run bench`: measures what docs/speed-and-scale.md says, prints it as a table, and exits with 1
 * where a target is missed. `--only NAME` (also several, with commas) measures a part.
 */
import { parseArgs } from 'node:util';
import { measureLargeFile } from './large-file.ts';
import { inWorkplace, type Workplace } from './place.ts';
import { machine, renderTable, type Row } from './report.ts';
import { measureSelection } from './selection.ts';
import { measureSlowConnections } from './slow-connections.ts';
import { measureSmallFiles } from './small-files.ts';
import { measureStartUp } from './start-up.ts';
import { countUnchanged } from './unchanged.ts';

const PARTS = new Map<string, (place: Workplace) => Promise<readonly Row[]>>([
  ['small-files', measureSmallFiles],
  ['large-file', measureLargeFile],
  ['slow-connections', measureSlowConnections],
  ['unchanged', countUnchanged],
  ['start-up', measureStartUp],
  ['selection', measureSelection],
]);

const METHOD =
  'Times are medians of interleaved rounds (ours, the other; the other, ours; …), each from the ' +
  'start of the process to its end; ' +
  'ours include selection, looking at the registry, the manifest and the verification of every file. ' +
  'The registry is the embedded one, in a process of its own.';

/** The parts asked for; undefined for an unknown one, after saying which there are. */
function partsAsked(): readonly string[] | undefined {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
  const asked = (values.only ?? [...PARTS.keys()]).flatMap((names) => names.split(','));
  const unknown = asked.filter((name) => !PARTS.has(name));
  if (unknown.length === 0) return asked;
  process.stderr.write(`--only: no part ${unknown.join(', ')}; there are ${[...PARTS.keys()].join(', ')}\n`);
  return undefined;
}

async function measureParts(names: readonly string[]): Promise<void> {
  await inWorkplace(async (place) => {
    const rows: Row[] = [];
    for (const name of names) {
      process.stderr.write(`${name} …\n`);
      rows.push(...((await PARTS.get(name)?.(place)) ?? []));
    }
    process.stdout.write(`${renderTable(rows)}\n\n${await machine(place.programName)} ${METHOD}\n`);
    if (rows.some(({ met }) => met === false)) process.exitCode = 1;
  });
}

// Ctrl-C also ends the processes that are waited for; that ends the run, which then clears up.
process.on('SIGINT', () => undefined);
const names = partsAsked();
if (names === undefined) process.exitCode = 2;
else await measureParts(names);

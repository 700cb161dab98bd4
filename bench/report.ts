/** The rows of a bench, and their Markdown: a table to paste, with the machine it is from. */
import { execFile } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One line of the table. `met` is undefined where nothing is promised. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly beside: string;
  readonly ratio: string;
  readonly target: string;
  readonly met: boolean | undefined;
}

/** A row that compares two times, in seconds; `most`: the largest ratio that is good enough. */
export function timeRow(what: string, ours: number, beside: { what: string; seconds: number }, most?: number): Row {
  const ratio = ours / beside.seconds;
  return {
    what,
    ours: seconds(ours),
    beside: `${seconds(beside.seconds)}, ${beside.what}`,
    ratio: ratio.toFixed(2),
    target: most === undefined ? '' : `at most ${most.toFixed(2)}`,
    met: most === undefined ? undefined : ratio <= most,
  };
}

/** A row that holds a figure against a limit, both in `unit`. */
export function limitRow(what: string, ours: string, target: string, met: boolean): Row {
  return { what, ours, beside: '', ratio: '', target, met };
}

export function renderTable(rows: readonly Row[]): string {
  const cells = rows.map(({ what, ours, beside, ratio, target, met }) => [
    what,
    ours,
    beside,
    ratio,
    met === undefined ? target : `${target}: ${met ? 'met' : '**missed**'}`,
  ]);
  return [
    '| What | generic-packages | Beside it | Ratio | Target |',
    '| --- | ---: | ---: | ---: | --- |',
    ...cells.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n');
}

/** The machine in one sentence. */
export async function machine(program: string): Promise<string> {
  const processors = cpus();
  const { stdout } = await run('curl', ['--version']);
  const curl = stdout.split(' ', 2)[1] ?? 'unknown';
  return (
    `One run of \`npm run bench\` with ${program}: ${processors.length} × ` +
    `${processors[0]?.model.trim() ?? 'unknown processor'}, ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.versions.node}, ` +
    `curl ${curl}, everything on loopback.`
  );
}

export function seconds(value: number): string {
  return `${value.toFixed(value < 1 ? 3 : 2)} s`;
}

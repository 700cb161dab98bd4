/** Runs of the command line that tell the most memory they held at once. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLI, startProgram, type Ended, type Place } from '../../support/process.ts';

export interface Measured extends Ended {
  /** Megabytes (2^20) that were resident at most. */
  readonly peak: number;
}

/** Linux counts in the process's own status; `maxRSS` may be that of the process which started it. */
const TELL_PEAK = `
  import { readFileSync, writeFileSync } from 'node:fs';
  process.on('exit', () => {
    let kilobytes = process.resourceUsage().maxRSS;
    try { kilobytes = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]); } catch {}
    writeFileSync(process.env.PEAK_FILE, String(kilobytes));
  });
`;

/** One run to its end, in `place.cwd`. */
export async function runMeasured(args: readonly string[], place: Place): Promise<Measured> {
  const file = join(place.cwd, '.peak');
  const options = ['--import', `data:text/javascript,${encodeURIComponent(TELL_PEAK)}`];
  const env = { ...place.env, PEAK_FILE: file };
  const started = await startProgram(process.execPath, [...options, CLI, ...args], { ...place, env });
  const ended = await started.ended;
  return { ...ended, peak: Number(await readFile(file, 'utf8')) / 1024 };
}

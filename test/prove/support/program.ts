/** The bundle as it stands when a test begins, copied: a build that goes on meanwhile changes nothing. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asTerminal, textsOf, type PlatformRun, type Inputs } from '../../support/platform.ts';
import { CLI, startNode, startProgram, type Place, type Started } from '../../support/process.ts';

export interface Program {
  /** Path of the copied `index.js`. */
  readonly path: string;
  /** Runs a command at the terminal to its end. */
  run(command: string, inputs: Inputs, place: Place): Promise<PlatformRun>;
  /** The same, to be watched and killed. */
  start(command: string, inputs: Inputs, place: Place): Promise<Started>;
  /** Runs it where no file may grow beyond so many blocks of 512 bytes (1,024 in some shells). */
  runLimited(blocks: number, command: string, inputs: Inputs, place: Place): Promise<PlatformRun>;
  remove(): Promise<void>;
}

export async function copyProgram(): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'generic-packages-prove-'));
  await cp(dirname(CLI), folder, { recursive: true });
  const path = join(folder, 'index.js');
  const start = (command: string, inputs: Inputs, place: Place): Promise<Started> => {
    const { args, env } = asTerminal(inputs);
    return startNode(path, [command, '--json', ...args], { ...place, env: { ...env, ...place.env } });
  };
  const complete = async (started: Promise<Started>): Promise<PlatformRun> => {
    const ended = await (await started).ended;
    return { ...ended, outputs: ended.code === 0 ? textsOf(ended.stdout) : {}, summary: '' };
  };
  return {
    path,
    start,
    run: (command, inputs, place) => complete(start(command, inputs, place)),
    runLimited: (blocks, command, inputs, place) => {
      const { args, env } = asTerminal(inputs);
      const line = [
        '-c',
        'ulimit -f "$0" && exec "$@"',
        String(blocks),
        process.execPath,
        path,
        command,
        '--json',
        ...args,
      ];
      return complete(startProgram('sh', line, { ...place, env: { ...env, ...place.env } }));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The problems of the error that a run printed as JSON, each whole: the screen shows ten. */
export function problemsIn(stdout: string): readonly string[] {
  return (JSON.parse(stdout) as { error: { problems: string[] } }).error.problems;
}

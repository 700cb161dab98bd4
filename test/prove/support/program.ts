/** The bundle as it stands when a test begins, copied: a build that goes on meanwhile changes nothing. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { asTerminal, textsOf, type DoorRun, type Inputs } from '../../support/doors.ts';
import { CLI, startNode, type Place, type Started } from '../../support/process.ts';

export interface Program {
  /** Path of the copied `index.js`. */
  readonly path: string;
  /** Runs a verb at the terminal to its end. */
  run(verb: string, inputs: Inputs, place: Place): Promise<DoorRun>;
  /** The same, to be watched and killed. */
  start(verb: string, inputs: Inputs, place: Place): Promise<Started>;
  remove(): Promise<void>;
}

export async function copyProgram(): Promise<Program> {
  const folder = await mkdtemp(join(tmpdir(), 'generic-packages-prove-'));
  await cp(dirname(CLI), folder, { recursive: true });
  const path = join(folder, 'index.js');
  const start = (verb: string, inputs: Inputs, place: Place): Promise<Started> => {
    const { args, env } = asTerminal(inputs);
    return startNode(path, [verb, '--json', ...args], { ...place, env: { ...env, ...place.env } });
  };
  return {
    path,
    start,
    run: async (verb, inputs, place) => {
      const ended = await (await start(verb, inputs, place)).ended;
      return { ...ended, outputs: ended.code === 0 ? textsOf(ended.stdout) : {}, summary: '' };
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

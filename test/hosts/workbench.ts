/**
 * A place to run in, made for a test: a folder of its own, streams that remember, a clock that is
 * set.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { openHost } from '../../src/hosts/detect.ts';
import type { Surroundings, TextSink } from '../../src/hosts/surroundings.ts';
import { exitCodeOf, runCommand } from '../../src/run.ts';
import { sampleCommands } from './sample-commands.ts';

interface Memory extends TextSink {
  text: string;
}

function memory(options: { isTTY?: boolean; columns?: number } = {}): Memory {
  const sink: Memory = {
    text: '',
    ...options,
    write(text) {
      sink.text += text;
    },
  };
  return sink;
}

export interface Place extends Surroundings {
  readonly stdout: Memory;
  readonly stderr: Memory;
}

export interface PlaceOptions {
  readonly argv?: readonly string[];
  readonly env?: Record<string, string>;
  readonly stdin?: string;
  readonly cwd: string;
  readonly terminal?: boolean;
}

export function placeOf({ argv = [], env = {}, stdin = '', cwd, terminal = false }: PlaceOptions): Place {
  return {
    argv,
    env,
    cwd,
    os: 'linux',
    home: '/home/someone',
    user: 'someone',
    temp: cwd,
    umask: 0o022,
    stdin: Readable.from(stdin === '' ? [] : [stdin]),
    stdout: memory({ isTTY: terminal }),
    stderr: memory({ isTTY: terminal, columns: 80 }),
    now: () => 1_700_000_000_000,
  };
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One whole run in this process, through the platforms that need no process of their own. */
export async function runIn(place: Surroundings & Pick<Place, 'stdout' | 'stderr'>): Promise<Ended> {
  const opened = await openHost(place, sampleCommands);
  let code: number;
  if (opened.asked === 'run') code = await runCommand(opened.command, opened.host, new AbortController());
  else if (opened.asked === 'refused') {
    await opened.host.fail(opened.failure);
    code = exitCodeOf(opened.failure, opened.host);
  } else throw new Error(`the test asked for ${opened.asked}, which is main's affair`);
  return { code, stdout: place.stdout.text, stderr: place.stderr.text };
}

/** A run at a terminal. */
export function runAtTerminal(argv: readonly string[], options: Omit<PlaceOptions, 'argv'>): Promise<Ended> {
  return runIn(placeOf({ ...options, argv }));
}

/** A run in a GitLab job of one of our components, whose project folder is `project`. */
export function runInGitLab(
  project: string,
  argv: readonly string[],
  env: Record<string, string> = {},
  below = '.',
): Promise<Ended> {
  const job = { GENERIC_PACKAGES_PLATFORM: 'gitlab', CI_PROJECT_DIR: project, CI_PIPELINE_ID: '7' };
  return runIn(placeOf({ argv, env: { ...job, ...env }, cwd: join(project, below) }));
}

/** A fresh folder without links in its path, and what removes it. */
export function makeFolder(): { readonly path: string; readonly remove: () => void } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'generic-packages-test-')));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/**
 * The ways in, run from the source within this process: everything but what a process alone can show,
 * which is its signals, its code, what it leaves behind and what leaks into it.
 */
import { Readable } from 'node:stream';
import { openHost } from '../../src/hosts/detect.ts';
import type { Surroundings, TextSink } from '../../src/hosts/surroundings.ts';
import { exitCodeOf, runCommand } from '../../src/run.ts';
import { commands } from '../../src/commands/index.ts';
import { jobRunner } from './gitlab-job.ts';
import { withinProcess } from './own-process.ts';
import { platformsOf } from './platform.ts';
import { environmentAt, inStep, type Ended, type Place } from './process.ts';

/** Reading it means setting it. */
const UMASK = process.umask(0o077);
process.umask(UMASK);

export const { terminal, githubAction, rootAction, gitlabJob } = platformsOf({
  cli: runCli,
  action: (command, inputs, place) =>
    inStep(command, inputs, place, (step) =>
      runCli([command], { ...step, env: { ...step.env, GENERIC_PACKAGES_PLATFORM: 'github' } }),
    ),
});

/** A job of a pipeline. */
export const runJob = jobRunner(runCli);

/** The command line, without a process. */
export async function runCli(args: readonly string[], place: Place): Promise<Ended> {
  const env = await environmentAt(place);
  const [stdout, stderr] = [memory(), memory()];
  const from: Surroundings = {
    argv: args,
    env,
    cwd: place.cwd,
    os: place.os ?? process.platform,
    home: env.HOME ?? place.cwd,
    user: 'someone',
    temp: env.TMPDIR ?? place.cwd,
    umask: UMASK,
    stdin: Readable.from(place.stdin === undefined ? [] : [place.stdin]),
    stdout,
    stderr,
    now: Date.now,
  };
  const code = await withinProcess(from, () => codeOfRun(from));
  return { code, signal: null, stdout: stdout.text, stderr: stderr.text };
}

async function codeOfRun(from: Surroundings): Promise<number> {
  const opened = await openHost(from, commands);
  if (opened.asked === 'run') return runCommand(opened.command, opened.host, new AbortController());
  if (opened.asked !== 'refused') throw new Error(`the run asks for ${opened.asked}, which a process answers`);
  await opened.host.fail(opened.failure);
  return exitCodeOf(opened.failure, opened.host);
}

function memory(): TextSink & { text: string } {
  const sink = {
    text: '',
    write: (text: string) => {
      sink.text += text;
    },
  };
  return sink;
}

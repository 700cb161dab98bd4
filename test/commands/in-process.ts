/** A command run in this process, at the terminal's platform of a job, a step, or neither. */
import { openHost } from '../../src/hosts/detect.ts';
import { runCommand } from '../../src/run.ts';
import { commands } from '../../src/commands/index.ts';
import { placeOf } from '../hosts/workbench.ts';

export interface Run {
  readonly code: number;
  /** Typed; `{error}` when it failed. */
  readonly outputs: Record<string, unknown>;
  /** Both streams. */
  readonly shown: string;
}

export async function runHere(
  command: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Run> {
  const flags = Object.entries(inputs).map(([name, value]) => `--${name}=${value}`);
  const place = placeOf({ argv: [command, '--json', ...flags], env, cwd });
  const opened = await openHost(place, commands);
  if (opened.asked !== 'run') throw new Error(`the host asks for ${opened.asked}`);
  const code = await runCommand(opened.command, opened.host, new AbortController());
  const { stdout, stderr } = place;
  return { code, outputs: JSON.parse(stdout.text) as Record<string, unknown>, shown: stdout.text + stderr.text };
}

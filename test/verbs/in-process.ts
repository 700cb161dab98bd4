/** A verb run in this process, at the terminal's door of a job, a step, or neither. */
import { openHost } from '../../src/hosts/detect.ts';
import { runVerb } from '../../src/run.ts';
import { verbs } from '../../src/verbs/index.ts';
import { placeOf } from '../hosts/workbench.ts';

export interface Run {
  readonly code: number;
  /** Typed; `{error}` when it failed. */
  readonly outputs: Record<string, unknown>;
  /** Both streams. */
  readonly shown: string;
}

export async function runHere(
  verb: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<Run> {
  const flags = Object.entries(inputs).map(([name, value]) => `--${name}=${value}`);
  const place = placeOf({ argv: [verb, '--json', ...flags], env, cwd });
  const opened = await openHost(place, verbs);
  if (opened.asked !== 'run') throw new Error(`the host asks for ${opened.asked}`);
  const code = await runVerb(opened.verb, opened.host, new AbortController());
  const { stdout, stderr } = place;
  return { code, outputs: JSON.parse(stdout.text) as Record<string, unknown>, shown: stdout.text + stderr.text };
}

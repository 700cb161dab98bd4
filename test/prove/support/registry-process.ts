/** The registry as a process of its own, on a data folder that outlives it: to be killed and started again. */
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startNode, type Ended, type Started } from '../../support/process.ts';
import { configOf } from '../../support/registry.ts';
import type { Program } from './program.ts';

export interface RegistryProcess {
  readonly url: string;
  readonly port: number;
  /** Sends SIGKILL and waits for the end. */
  kill(): Promise<Ended>;
}

const running = new Set<Started>();

/** The data folder below `folder`. */
export function dataOf(folder: string): string {
  return join(folder, 'data');
}

/** Starts the command `registry` on that folder, whatever comes of it. `port` 0 picks a free one. */
export async function launch(
  program: Program,
  folder: string,
  port = 0,
  more: readonly string[] = [],
): Promise<Started> {
  const config = join(folder, 'config.json');
  await writeFile(config, JSON.stringify(configOf()));
  const flags = [`--data=${dataOf(folder)}`, `--config=${config}`, `--port=${port}`, ...more];
  const started = await startNode(program.path, ['registry', ...flags], { cwd: folder });
  running.add(started);
  return started;
}

/** Ends what a test has left: for after each, or a test that fails would never end. */
export async function endLaunched(): Promise<void> {
  for (const { child, ended } of running) {
    child.kill('SIGKILL');
    await ended;
  }
  running.clear();
}

/** The same, up and listening; throws with what it said if it does not come up. */
export async function startRegistryProcess(...given: Parameters<typeof launch>): Promise<RegistryProcess> {
  const { child, ended } = await launch(...given);
  const { stdout } = child;
  if (stdout === null) throw new Error('the registry has no output');
  const first = new Promise<string>((resolve) => createInterface(stdout).once('line', resolve));
  const said = await Promise.race([first, ended]);
  const [, url] = typeof said === 'string' ? (/^listening on (http:\S+)$/.exec(said) ?? []) : [];
  if (url === undefined) throw new Error(`the registry did not start: ${JSON.stringify(said)}`);
  return {
    url,
    port: Number(new URL(url).port),
    kill: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

/** Names of files below a folder that the registry keeps: `incoming` or `files`. */
export async function filesBelow(folder: string, part: string): Promise<string[]> {
  const entries = await readdir(join(dataOf(folder), part), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

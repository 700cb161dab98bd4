/** The registry that benches talk to: the product's own, in a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Workplace } from './place.ts';
import { bareEnvironment } from './processes.ts';

export interface Registry {
  readonly url: string;
  readonly token: string;
  /** Address of a file. */
  fileUrl(version: string, name: string): string;
  /** How many files a version has. */
  fileCount(version: string): Promise<number>;
  /** Deletes every version and its contents, so that a bench does not fill the disk. */
  empty(): Promise<void>;
}

const PACKAGE = 'bench';
const PROJECT = '1';

/** Flags that lead a command to the registry's project and package. */
export function targetFlags(registry: Pick<Registry, 'url'>, version: string): readonly string[] {
  return ['--api-url', registry.url, '--project', PROJECT, '--package-name', PACKAGE, '--package-version', version];
}

/** Runs `work` beside a registry that waits `latency` milliseconds before each answer. */
export async function besideRegistry<T>(
  place: Workplace,
  latency: number,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, [place.program, 'registry', '--port', '0', '--latency', String(latency)], {
    cwd: place.folder,
    env: bareEnvironment({ cwd: place.folder }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  try {
    return await work(await announced(child.stdout));
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

/** What the registry prints when it is up: its address, its tokens, and last its project. */
async function announced(output: NodeJS.ReadableStream): Promise<Registry> {
  const said = new Map<string, string>();
  for await (const line of createInterface({ input: output })) {
    const [word = '', ...rest] = line.split(' ');
    said.set(word, rest.at(-1) ?? '');
    if (word === 'project') break;
  }
  // The loop above closed the reader; what is still printed has to go somewhere.
  output.resume();
  const [url, token] = [said.get('listening'), said.get('personal')];
  if (url === undefined || token === undefined) throw new Error('the registry did not start');
  return registryAt(url, token);
}

function registryAt(url: string, token: string): Registry {
  const project = `${url}/api/v4/projects/${PROJECT}/packages`;
  const ask = async (address: string, method = 'GET'): Promise<Response> => {
    const answer = await fetch(address, { method, headers: { 'PRIVATE-TOKEN': token } });
    if (!answer.ok) throw new Error(`${method} ${address} was answered ${answer.status}`);
    return answer;
  };
  const versions = async (query: string): Promise<{ id: number; version: string }[]> =>
    (await (await ask(`${project}?per_page=100${query}`)).json()) as { id: number; version: string }[];
  return {
    url,
    token,
    fileUrl: (version, name) => `${project}/generic/${PACKAGE}/${version}/${name}`,
    async fileCount(version) {
      const found = (await versions(`&package_name=${PACKAGE}`)).find((row) => row.version === version);
      if (found === undefined) return 0;
      return Number((await ask(`${project}/${found.id}/package_files?per_page=1`)).headers.get('x-total'));
    },
    async empty() {
      for (const { id } of await versions('')) await (await ask(`${project}/${id}`, 'DELETE')).arrayBuffer();
    },
  };
}

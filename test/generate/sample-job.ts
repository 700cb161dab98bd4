/** A GitLab job on this machine: a project folder, an API that holds a program, and shells to run its script. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import http, { type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { Release } from '../../src/generate/release.ts';
import { LOOPBACK } from '../support/certificates.ts';
import { endOf, type Ended } from '../support/process.ts';

/** Stands for the bundle: says how it was started, and ends as it is told. */
export const PROGRAM = `
import { rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
const { GENERIC_PACKAGES_PROGRAM_FILE: file, GENERIC_PACKAGES_COMMAND: command } = process.env;
const args = process.argv.length > 2 ? process.argv.slice(2) : [command];
const mode = (path) => (statSync(path).mode & 0o777).toString(8);
const inputs = Object.keys(process.env).filter((name) => name.startsWith('GENERIC_PACKAGES_INPUT_')).sort();
console.log(JSON.stringify({ args, file, modes: [mode(dirname(file)), mode(file)], inputs }));
process.exit(Number(process.env.SAMPLE_EXIT ?? 0));
`;

export const RELEASE: Release = {
  version: '1.2.3',
  project: 'tools/generic-packages',
  sha256: sha256(PROGRAM),
};
/** Where the program lies in the registry of RELEASE's project. */
export const PROGRAM_PATH =
  '/api/v4/projects/tools%2Fgeneric-packages/packages/generic/generic-packages/1.2.3/generic-packages.js';

export interface Started {
  readonly args: readonly string[];
  readonly file: string;
  readonly modes: readonly string[];
  readonly inputs: readonly string[];
}

export interface Job {
  /** The working directory. */
  readonly project: string;
  readonly temporary: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Origin {
  readonly url: string;
  readonly seen: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
}

const running: Server[] = [];

/** A server on a free port of loopback; `closeAll` ends it. */
export async function serve(listener: RequestListener, scheme: 'http' | 'https' = 'http'): Promise<Origin> {
  const seen: Origin['seen'] = [];
  const onRequest: RequestListener = (request, response) => {
    seen.push({ path: request.url ?? '', headers: request.headers });
    listener(request, response);
  };
  const server: Server = scheme === 'https' ? https.createServer(LOOPBACK, onRequest) : http.createServer(onRequest);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push(server);
  return { url: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

export async function closeAll(): Promise<void> {
  await Promise.all(
    running.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
}

/** Gives the program to whoever asks, whatever the path. */
export const giveProgram: RequestListener = (_request, response) => {
  response.end(PROGRAM);
};

/** Folders below `root`, and the variables that GitLab sets. */
export async function makeJob(root: string, origin: string, env: Readonly<Record<string, string>> = {}): Promise<Job> {
  const [project, temporary] = [join(root, 'project'), join(root, 'tmp')];
  await mkdir(project, { recursive: true });
  await mkdir(temporary, { recursive: true });
  return {
    project,
    temporary,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`,
      HOME: root,
      TMPDIR: temporary,
      CI_API_V4_URL: `${origin}/api/v4`,
      CI_SERVER_URL: origin,
      CI_JOB_TOKEN: 'job-secret',
      CI_PROJECT_ID: '7',
      GENERIC_PACKAGES_PLATFORM: 'gitlab',
      GENERIC_PACKAGES_COMMAND: 'publish',
      CI_PROJECT_PATH: 'acme/widget',
      ...env,
    },
  };
}

/** Those of the shells that runners use which this machine has; sh and bash are everywhere. */
export function shells(): readonly (readonly string[])[] {
  const known = [['sh'], ['bash'], ['dash'], ['busybox', 'ash']];
  return known.filter(([name = '']) => {
    try {
      execFileSync('sh', ['-c', 'command -v "$0"', name]);
      return true;
    } catch {
      return false;
    }
  });
}

/** Runs a script as a runner does: line by line in one shell that stops at the first failure. */
export function runScript(job: Job, script: readonly string[], shell: readonly string[] = ['sh']): Promise<Ended> {
  const [command = 'sh', ...args] = shell;
  const child = spawn(command, [...args, '-c', ['set -e', ...script].join('\n')], {
    cwd: job.project,
    env: { ...job.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return endOf(child);
}

export function startedWith({ stdout }: Ended): Started {
  return JSON.parse(stdout) as Started;
}

/** What is left in the folder for temporary files. */
export async function leftovers(job: Job): Promise<readonly string[]> {
  return readdir(job.temporary);
}

export async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A registry as other people's clients meet it: files in it or by redirect, plain or behind TLS. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { RunningRegistry } from '../../../src/registry/public.ts';
import { startRegistry } from '../../../src/registry/server.ts';
import { runWell, succeeded } from '../../e2e/support/machine.ts';
import { LOOPBACK } from '../../support/certificates.ts';
import { ROOT, runCli } from '../../support/process.ts';

/** Where scripts/client-programs.ts has put them. */
const CLIENTS = join(ROOT, '.tools', 'clients');
const PROGRAMS = join(import.meta.dirname, '..', 'programs');
export const PROJECT = { id: 42, path: 'acme/tools/widget' };
const TOKEN = 'glpat-of-a-developer-5f2c';
export const OWNER_TOKEN = 'glpat-of-an-owner-9b1e';
const JOB_TOKEN = 'glcbt-64_of-a-job-7d3a';

export const PLACES = [
  { storage: 'local', tls: false },
  { storage: 'local', tls: true },
  { storage: 'redirect', tls: false },
  { storage: 'redirect', tls: true },
] as const;

export interface Place {
  readonly root: string;
  readonly registry: RunningRegistry;
  /** Runs a line as a user types it, in `root`; returns what it printed. */
  shell(line: string, env?: Readonly<Record<string, string>>): Promise<string>;
  /** The outputs of a command of ours. */
  ours(command: string, ...args: readonly string[]): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function openPlace(
  { storage, tls }: { storage: 'local' | 'redirect'; tls: boolean },
  settings: object = {},
  seeds: object = {},
): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'generic-packages-clients-'));
  const registry = await startRegistry({
    port: 0,
    record: true,
    ...(tls ? { tls: LOOPBACK } : {}),
    config: {
      projects: [PROJECT],
      tokens: [
        { token: TOKEN, kind: 'personal', role: 'developer', scopes: ['api'] },
        { token: OWNER_TOKEN, kind: 'personal', role: 'owner', scopes: ['api'] },
        { token: JOB_TOKEN, kind: 'job', role: 'developer', project: PROJECT.id },
      ],
      settings: { object_storage: storage, ...settings },
      ...seeds,
    },
  });
  const ca = join(root, 'ca.pem');
  await writeFile(ca, LOOPBACK.cert);
  await writeFile(join(root, '.wgetrc'), `ca_certificate=${ca}\n`);
  await mkdir(join(root, '.tmp'));
  const given = environmentOf(root, registry, ca);
  return {
    root,
    registry,
    shell: (line, env = {}) =>
      runWell('bash', ['-euo', 'pipefail', '-c', line], { cwd: root, env: { ...given, ...env } }),
    async ours(command, ...args) {
      const ended = await runCli([command, ...args, '--json'], {
        cwd: root,
        env: {
          GENERIC_PACKAGES_TOKEN: TOKEN,
          GENERIC_PACKAGES_API_URL: registry.apiUrl,
          GENERIC_PACKAGES_PROJECT: PROJECT.path,
          GENERIC_PACKAGES_CA_FILE: ca,
        },
      });
      succeeded({ code: ended.code, log: ended.stdout + ended.stderr });
      return JSON.parse(ended.stdout) as Record<string, unknown>;
    },
    async close() {
      await registry.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

function environmentOf(root: string, registry: RunningRegistry, ca: string): Record<string, string> {
  const { host, hostname, port } = new URL(registry.url);
  const folders = ['go/bin', 'glpkg/bin', 'ansible/bin', 'npm/node_modules/.bin'].map((name) => join(CLIENTS, name));
  return {
    PATH: [join(CLIENTS, 'bin'), dirname(process.execPath), ...folders, process.env.PATH ?? ''].join(':'),
    HOME: root,
    TMPDIR: join(root, '.tmp'),
    LANG: 'C.UTF-8',
    ...{ URL: registry.url, API: registry.apiUrl, HOST: host, HOSTNAME_ONLY: hostname, PORT: port },
    ...{ TOKEN, OWNER_TOKEN, JOB_TOKEN, CLIENTS, PROGRAMS, CA: ca },
    // Each library has its own variable for an authority.
    SSL_CERT_FILE: ca,
    CURL_CA_BUNDLE: ca,
    REQUESTS_CA_BUNDLE: ca,
    NODE_EXTRA_CA_CERTS: ca,
    GIT_SSL_CAINFO: ca,
  };
}

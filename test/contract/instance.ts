/** A GitLab with a cast of projects and tokens, for stating its promises. */
import type { OutgoingHttpHeaders } from 'node:http';
import { type RegistryOptions, type RunningRegistry, startRegistry } from '../../src/registry/server.ts';
import { type Answer, ask, type Question } from './ask.ts';

const PROJECTS = [
  { id: 42, path: 'acme/tools/widget' },
  { id: 43, path: 'acme/public', visibility: 'public' },
  { id: 44, path: 'acme/internal', visibility: 'internal' },
  { id: 45, path: 'acme/open-packages', public_packages: true },
  { id: 46, path: 'acme/switched-off', visibility: 'public', packages_enabled: false },
  { id: 47, path: 'other/friend' },
];

const TOKENS = [
  { token: 'glpat-owner', kind: 'personal', role: 'owner' },
  { token: 'glpat-maintainer', kind: 'personal', role: 'maintainer' },
  { token: 'glpat-developer', kind: 'personal', role: 'developer' },
  { token: 'glpat-reporter', kind: 'personal', role: 'reporter' },
  { token: 'glpat-guest', kind: 'personal', role: 'guest' },
  { token: 'glpat-stranger', kind: 'personal', role: 'none' },
  { token: 'glpat-project', kind: 'personal', role: 'maintainer', project: 42 },
  { token: 'glpat-reading', kind: 'personal', role: 'maintainer', scopes: ['read_api'] },
  { token: 'glpat-git-only', kind: 'personal', role: 'maintainer', scopes: ['write_repository'] },
  { token: 'glpat-revoked', kind: 'personal', role: 'owner', revoked: true },
  { token: 'glpat-expired', kind: 'personal', role: 'owner', expired: true },
  { token: 'glpat-fine-reader', kind: 'personal', role: 'developer', permissions: ['read_package', 'read_user'] },
  { token: 'glpat-fine-writer', kind: 'personal', role: 'developer', permissions: ['read_package', 'create_package'] },
  { token: 'oauth-developer', kind: 'oauth', role: 'developer' },
  { token: 'glcbt-64_job', kind: 'job', role: 'developer', project: 42 },
  { token: 'job-maintainer', kind: 'job', role: 'maintainer', project: 42 },
  { token: 'job-friend', kind: 'job', role: 'developer', project: 47, allowlist: [42] },
  { token: 'job-foreign', kind: 'job', role: 'owner', project: 47 },
  { token: 'job-over', kind: 'job', role: 'developer', project: 42, revoked: true },
  { token: 'gldt-writer', kind: 'deploy', project: 42, scopes: ['write_package_registry'] },
  { token: 'gldt-reader', kind: 'deploy', project: 42, scopes: ['read_package_registry'] },
  { token: 'gldt-git', kind: 'deploy', project: 42, scopes: ['read_repository'] },
  { token: 'gldt-elsewhere', kind: 'deploy', project: 47 },
];

export const OWNER = { 'PRIVATE-TOKEN': 'glpat-owner' };
export const DEVELOPER = { 'PRIVATE-TOKEN': 'glpat-developer' };
export const MAINTAINER = { 'PRIVATE-TOKEN': 'glpat-maintainer' };

export interface Gitlab {
  readonly registry: RunningRegistry;
  /** `path` below `/api/v4`. */
  api(method: string, path: string, question?: Question): Promise<Answer>;
  /** The same with `given` as JSON. */
  send(method: string, path: string, given: unknown, headers: OutgoingHttpHeaders): Promise<Answer>;
  /** Uploads as a developer; `file` is everything behind `/packages/generic/` of project 42. */
  put(file: string, body?: Buffer | string, headers?: OutgoingHttpHeaders): Promise<Answer>;
  get(file: string, headers?: OutgoingHttpHeaders): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts the cast with these settings, and with variables and tags. Errors of the server's own fail the test that met them. */
export async function startGitlab(
  settings: object = {},
  options: RegistryOptions = {},
  seeds: object = {},
): Promise<Gitlab> {
  const defects: unknown[] = [];
  const registry = await startRegistry({
    port: 0,
    record: true,
    config: { projects: PROJECTS, tokens: TOKENS, settings, ...seeds },
    onError: (error) => defects.push(error),
    ...options,
  });
  const api: Gitlab['api'] = (method, path, question) => ask(registry.url, method, `/api/v4${path}`, question);
  const generic = '/projects/42/packages/generic';
  return {
    registry,
    api,
    send: (method, path, given, headers) =>
      api(method, path, { headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(given) }),
    put: (file, body = 'contents\n', headers = DEVELOPER) => api('PUT', `${generic}/${file}`, { body, headers }),
    get: (file, headers = DEVELOPER) => api('GET', `${generic}/${file}`, { headers }),
    async close() {
      await registry.close();
      if (defects.length > 0) throw new AggregateError(defects, 'the registry met defects of its own');
    },
  };
}

/** The challenge that comes with a 401 of the generic routes. */
export const CHALLENGE = 'Basic realm="GitLab Packages Registry"';

export function basic(user: string, password: string): OutgoingHttpHeaders {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

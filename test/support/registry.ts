/** An embedded registry with projects and tokens of every kind, as tests need them. */
import {
  startRegistry,
  type RecordedRequest,
  type RegistryOptions,
  type RunningRegistry,
} from '../../src/registry/server.ts';

export const PROJECT = { id: 42, path: 'acme/tools/widget' };
export const OPEN_PROJECT = { id: 43, path: 'acme/open/gadget' };
/** Private, and none of the tokens with a home is at home here. */
export const FOREIGN_PROJECT = { id: 44, path: 'acme/vault/secret' };

/** Each has characters that look different when URL-encoded: a leak in that form would show. */
export const TOKENS = {
  personal: 'glpat-per/son+al%20=secret',
  maintainer: 'glpat-main/tainer+secret',
  reader: 'glpat-read/api+only=secret',
  revoked: 'glpat-revoked-secret-0001',
  expired: 'glpat-expired-secret-0002',
  job: 'glcbt-64_job/to+ken=secret',
  deploy: 'gldt-dep/loy+secret=0003',
  deployReader: 'gldt-read/only+secret=0004',
  oauth: 'oauth/bea+rer=secret-0005',
} as const;

export interface Setup extends Omit<RegistryOptions, 'config' | 'port' | 'record'> {
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Starts a registry, hands it to `work`, and stops it whatever happens. */
export async function withRegistry<T>(setup: Setup, work: (registry: RunningRegistry) => Promise<T>): Promise<T> {
  const registry = await openRegistry(setup);
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}

/** For tests that share one registry: `close` it afterwards. */
export function openRegistry({ settings = {}, ...options }: Setup = {}): Promise<RunningRegistry> {
  return startRegistry({ ...options, port: 0, record: true, config: configOf(settings) });
}

/** What `--config` would hold for it. */
export function configOf(settings: Readonly<Record<string, unknown>> = {}): object {
  return { projects: projects(), tokens: tokens(), settings };
}

function projects(): object[] {
  return [PROJECT, { ...OPEN_PROJECT, visibility: 'public' }, FOREIGN_PROJECT];
}

function tokens(): object[] {
  const home = { project: PROJECT.id };
  return [
    { token: TOKENS.personal, kind: 'personal', role: 'developer', scopes: ['api'] },
    { token: TOKENS.maintainer, kind: 'personal', role: 'maintainer', scopes: ['api'] },
    { token: TOKENS.reader, kind: 'personal', role: 'developer', scopes: ['read_api'] },
    { token: TOKENS.revoked, kind: 'personal', role: 'developer', scopes: ['api'], revoked: true },
    { token: TOKENS.expired, kind: 'personal', role: 'developer', scopes: ['api'], expired: true },
    { token: TOKENS.job, kind: 'job', role: 'developer', ...home },
    { token: TOKENS.deploy, kind: 'deploy', scopes: ['read_package_registry', 'write_package_registry'], ...home },
    { token: TOKENS.deployReader, kind: 'deploy', scopes: ['read_package_registry'], ...home },
    { token: TOKENS.oauth, kind: 'oauth', role: 'developer', scopes: ['api'] },
  ];
}

/** Uploads, in order of arrival. */
export function puts(registry: RunningRegistry): RecordedRequest[] {
  return registry.requests.filter(({ method }) => method === 'PUT');
}

/** Requests for the bytes of files, in order of arrival. */
export function fileGets(registry: RunningRegistry): RecordedRequest[] {
  return registry.requests.filter(({ method, path }) => method === 'GET' && path.includes('/packages/generic/'));
}

/** Requests for lists of packages or of a package's files. */
export function lists(registry: RunningRegistry): RecordedRequest[] {
  return registry.requests.filter(({ method, path }) => method === 'GET' && /\/packages$|\/package_files$/.test(path));
}

/** The name of the file that a request to the generic routes is about. */
export function fileOf({ path }: RecordedRequest): string {
  const [, rest = ''] = path.split('/packages/generic/');
  return rest.split('/').slice(2).map(decodeURIComponent).join('/');
}

/** An embedded registry for tests of versions: variables and tags at its start, and tokens of every role. */
import { startRegistry, type RunningRegistry } from '../../src/registry/server.ts';
import { PROJECT, TOKENS } from './registry.ts';

/** Each has characters that look different when URL-encoded: a leak in that form would show. */
export const VERSION_TOKENS = {
  maintainer: 'glpat-main/tain+er%20=secret',
  owner: 'glpat-own/er+secret=0001',
  /** Whom raw.ts asks as. */
  developer: TOKENS.personal,
  reader: 'glpat-read/api+secret=0003',
  revoked: 'glpat-revoked/secret+0004',
  job: 'glcbt-64_job/to+ken=secret',
  deploy: 'gldt-dep/loy+secret=0005',
} as const;

export interface VersionSetup {
  /** As the registry's config takes them, of the one project unless a group is named. */
  readonly variables?: readonly object[];
  readonly tags?: readonly string[];
  /** Of the one project, which then has no other code. */
  readonly commits?: readonly string[];
  /** More tokens than those above, as the registry's config takes them. */
  readonly tokens?: readonly object[];
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Close it afterwards. */
export function openVersionRegistry({
  variables = [],
  tags = [],
  commits = [],
  tokens = [],
  settings = {},
}: VersionSetup = {}): Promise<RunningRegistry> {
  const project = PROJECT.id;
  const personal = { kind: 'personal', scopes: ['api'] };
  const config = {
    projects: [PROJECT],
    tokens: [
      { ...personal, token: VERSION_TOKENS.maintainer, role: 'maintainer' },
      { ...personal, token: VERSION_TOKENS.owner, role: 'owner' },
      { ...personal, token: VERSION_TOKENS.developer, role: 'developer' },
      { ...personal, token: VERSION_TOKENS.reader, role: 'maintainer', scopes: ['read_api'] },
      { ...personal, token: VERSION_TOKENS.revoked, role: 'maintainer', revoked: true },
      { token: VERSION_TOKENS.job, kind: 'job', role: 'developer', project },
      {
        token: VERSION_TOKENS.deploy,
        kind: 'deploy',
        scopes: ['read_package_registry', 'write_package_registry'],
        project,
      },
      ...tokens,
    ],
    variables: variables.map((variable) => ('group' in variable ? variable : { project, ...variable })),
    tags: tags.map((name) => ({ project, name })),
    commits: commits.map((sha) => ({ project, sha })),
    settings,
  };
  return startRegistry({ port: 0, record: true, config });
}

export async function withVersionRegistry<T>(
  setup: VersionSetup,
  work: (registry: RunningRegistry) => Promise<T>,
): Promise<T> {
  const registry = await openVersionRegistry(setup);
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}

/** Attributes of a variable as the API shows them, straight from it; undefined when there is none. */
export async function variableOf(
  registry: RunningRegistry,
  key: string,
  place = `/projects/${PROJECT.id}`,
): Promise<Record<string, unknown> | undefined> {
  const answer = await askVariables(registry, `${place}/variables/${key}`);
  return answer.ok ? ((await answer.json()) as Record<string, unknown>) : undefined;
}

function askVariables(registry: RunningRegistry, path: string): Promise<Response> {
  return fetch(`${registry.apiUrl}${path}`, { headers: { 'PRIVATE-TOKEN': VERSION_TOKENS.owner } });
}

/** Embedded registries as the end-to-end tests need them: known projects, one token of each kind. */
import { type RunningRegistry, startRegistry } from '../../../src/registry/server.ts';
import { PROJECT } from '../../support/registry.ts';

/** The package's home, as examples/ call it. */
export { PROJECT };
/** The project that holds this program's own releases, as examples/ call it. */
export const TOOL = { id: 77, path: 'generic-packages/generic-packages' };

/** Long enough that no text holds one by chance. */
export const TOKENS = {
  personal: 'glpat-personal-3f9a6c1d2b',
  /** The only one that reaches CI/CD variables. */
  maintainer: 'glpat-maintainer-6e0d9b8a7c',
  deploy: 'gldt-deploy-8b2e4f7a1c',
  oauth: 'oauth-5d7c9e1f3a-bearer',
  job: 'glcbt-64_job-1a2b3c4d5e6f',
  /** Of a job that a Maintainer started. */
  maintainerJob: 'glcbt-64_maintainer-2b3c4d5e6f7a',
  toolJob: 'glcbt-64_tool-9f8e7d6c5b',
};

/** What must never be seen: the tokens, and the forms in which a header carries them. */
export function secretForms(): readonly string[] {
  return Object.values(TOKENS).flatMap((token) => [
    token,
    Buffer.from(token).toString('base64').replace(/=+$/, ''),
    Buffer.from(`gitlab-ci-token:${token}`).toString('base64').replace(/=+$/, ''),
  ]);
}

/** What the package's home has when the registry starts. */
export interface Seeds {
  /** Values of its CI/CD variables. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  /** The registry's clock, in milliseconds since 1970. */
  readonly clock?: () => number;
}

/** Starts a registry that remembers requests; `redirect` sends downloads to a second origin. */
export function openRegistry(
  storage: 'local' | 'redirect' = 'local',
  { variables = {}, tags = [], clock }: Seeds = {},
): Promise<RunningRegistry> {
  return startRegistry({
    port: 0,
    record: true,
    ...(clock === undefined ? {} : { clock }),
    config: {
      projects: [PROJECT, TOOL],
      tokens: [
        { token: TOKENS.personal, kind: 'personal', role: 'developer', scopes: ['api'] },
        { token: TOKENS.maintainer, kind: 'personal', role: 'maintainer', scopes: ['api'] },
        { token: TOKENS.deploy, kind: 'deploy', project: PROJECT.id },
        { token: TOKENS.oauth, kind: 'oauth', role: 'developer', scopes: ['api'] },
        // Reads the program from a private project, as an allowlist permits.
        { token: TOKENS.job, kind: 'job', role: 'developer', project: PROJECT.id, allowlist: [TOOL.id] },
        { token: TOKENS.maintainerJob, kind: 'job', role: 'maintainer', project: PROJECT.id, allowlist: [TOOL.id] },
        { token: TOKENS.toolJob, kind: 'job', role: 'developer', project: TOOL.id },
      ],
      variables: Object.entries(variables).map(([key, value]) => ({ project: PROJECT.id, key, value })),
      tags: tags.map((name) => ({ project: PROJECT.id, name })),
      settings: { object_storage: storage },
    },
  });
}

/** How many file bodies were sent to a registry since it last forgot. */
export function uploadsTo({ requests }: RunningRegistry): number {
  return requests.filter(({ method }) => method === 'PUT').length;
}

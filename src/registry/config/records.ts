/** Who and what a config names: projects and tokens. Reading them is config.ts and tokens.ts. */

export const VISIBILITIES = ['private', 'internal', 'public'] as const;
export const TOKEN_KINDS = ['personal', 'job', 'deploy', 'oauth'] as const;
export const ROLES = ['none', 'guest', 'reporter', 'developer', 'maintainer', 'owner'] as const;

type Visibility = (typeof VISIBILITIES)[number];
export type TokenKind = (typeof TOKEN_KINDS)[number];
export type Role = (typeof ROLES)[number];

export interface Project {
  readonly id: number;
  /** Full path, groups first. */
  readonly path: string;
  readonly visibility: Visibility;
  /** False: the package registry is switched off for this project. */
  readonly packagesEnabled: boolean;
  /** True: anyone may pull packages, however private the project is. */
  readonly publicPackages: boolean;
  readonly defaultBranch: string;
}

export interface Token {
  /** Position in the config, from 1: the id of its user. */
  readonly id: number;
  readonly token: string;
  readonly kind: TokenKind;
  readonly role: Role;
  readonly scopes: readonly string[];
  /** Of a fine-grained personal token, which has no scopes. */
  readonly permissions?: readonly string[] | undefined;
  /** Project ids: where it is at home, and which others a job token was let into. */
  readonly project: number | undefined;
  readonly allowlist: readonly number[];
  /** Of a job token: the id of the pipeline whose job it is. */
  readonly pipeline?: number | undefined;
  readonly revoked: boolean;
  readonly expired: boolean;
}

/** The project that a value of the config means: its id, or its full path as written. */
export function projectNamed(projects: readonly Project[], reference: unknown): Project | undefined {
  return projects.find((project) => project.id === reference || project.path === reference);
}

/** The `tokens` of the config: whose they are, and what they may do. */
import type { Reader } from './reader.ts';
import { projectNamed, ROLES, TOKEN_KINDS, type Project, type Token, type TokenKind } from './records.ts';

/** All that GitLab knows, of which this registry looks at few: a real token's may be copied as they are. */
const SCOPES = [
  'api',
  'read_api',
  'read_user',
  'read_repository',
  'write_repository',
  'read_registry',
  'write_registry',
  'read_package_registry',
  'write_package_registry',
  'create_runner',
  'manage_runner',
  'ai_features',
  'k8s_proxy',
  'read_virtual_registry',
  'write_virtual_registry',
  'self_rotate',
  'sudo',
  'admin_mode',
  'openid',
  'profile',
  'email',
] as const;

/** Those of GitLab's fine-grained permissions that this registry's routes ask for. */
const PERMISSIONS = [
  ...(['read_package', 'create_package', 'delete_package'] as const),
  ...(['read_release', 'create_release', 'read_repository_tag', 'create_repository_tag'] as const),
  ...(['read_variable', 'update_variable', 'read_project', 'read_user'] as const),
] as const;

/** Of a token for which the config names none. */
export const DEFAULT_SCOPES: Record<TokenKind, readonly string[]> = {
  personal: ['api'],
  oauth: ['api'],
  job: [],
  deploy: ['read_package_registry', 'write_package_registry'],
};

/** `id`: its position in the config, from 1. A wrong value is a problem of `item`. */
export function readToken(item: Reader, id: number, projects: readonly Project[]): Token {
  const kind = item.choice('kind', TOKEN_KINDS, undefined);
  item.allowKeys(keysOf(kind));
  const knows = (reference: unknown): Project | undefined => projectNamed(projects, reference);
  const home = item.reference('project', knows, kind === 'job' || kind === 'deploy');
  return {
    id,
    token: item.secret('token'),
    kind,
    role: kind === 'deploy' ? 'none' : item.choice('role', ROLES, 'developer'),
    scopes: kind === 'job' ? [] : (item.choices('scopes', SCOPES) ?? DEFAULT_SCOPES[kind]),
    permissions: readPermissions(item, kind),
    project: home?.id,
    allowlist: kind === 'job' ? item.references('allowlist', knows).map((project) => project.id) : [],
    pipeline:
      kind === 'job' && item.has('pipeline')
        ? item.integer('pipeline', undefined, 1, Number.MAX_SAFE_INTEGER)
        : undefined,
    revoked: item.flag('revoked', false),
    expired: item.flag('expired', false),
  };
}

function readPermissions(item: Reader, kind: TokenKind): readonly string[] | undefined {
  if (kind !== 'personal') return undefined;
  if (item.has('permissions') && item.has('scopes'))
    item.complain('permissions', 'is given beside scopes; expected one of them');
  return item.choices('permissions', PERMISSIONS);
}

function keysOf(kind: TokenKind): readonly string[] {
  const always = ['token', 'kind', 'project', 'revoked', 'expired'];
  if (kind === 'job') return [...always, 'role', 'allowlist', 'pipeline'];
  if (kind === 'deploy') return [...always, 'scopes'];
  return kind === 'personal' ? [...always, 'role', 'scopes', 'permissions'] : [...always, 'role', 'scopes'];
}

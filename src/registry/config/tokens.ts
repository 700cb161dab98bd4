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

function keysOf(kind: TokenKind): readonly string[] {
  const always = ['token', 'kind', 'project', 'revoked', 'expired'];
  if (kind === 'job') return [...always, 'role', 'allowlist', 'pipeline'];
  if (kind === 'deploy') return [...always, 'scopes'];
  return [...always, 'role', 'scopes'];
}

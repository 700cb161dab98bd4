/**
 * Turns a request's credentials into a caller, by the rules of the route asked for. What a caller may do:
 * permissions.ts.
 */
import type { Token } from '../config/records.ts';
import type { Credential } from './credentials.ts';
import type { Profile } from '../profiles.ts';
import { insufficientPermission, insufficientScope, spentToken, unauthorized } from '../wire/refusal.ts';

/** Who asks: a token's owner, or nobody in particular. */
export type Caller = Token | undefined;

/** Which credentials a route looks at; it does not see the others at all. */
export interface AuthRule {
  readonly job: boolean;
  readonly deploy: boolean;
  readonly basic: boolean;
  /** Is a job token the password of `gitlab-ci-token`? GitLab opens that for downloads only. */
  readonly jobBasic: boolean;
  /** Does a 401 carry the Basic challenge? */
  readonly challenge: boolean;
  /** Scopes, of which a personal or OAuth token needs one. */
  readonly scopes: readonly string[];
  /** What a fine-grained personal token needs instead. */
  readonly permission: string;
  /** Do servers know such tokens? */
  readonly fineGrained?: boolean;
}

const READ = ['api', 'read_api'];
const NOTHING = { deploy: false, basic: false, jobBasic: false, challenge: false };

export const AUTH = {
  upload: {
    job: true,
    deploy: true,
    basic: true,
    jobBasic: false,
    challenge: true,
    scopes: ['api'],
    permission: 'create_package',
  },
  fileDownload: {
    job: true,
    deploy: true,
    basic: true,
    jobBasic: true,
    challenge: true,
    scopes: READ,
    permission: 'read_package',
  },
  packagesRead: { ...NOTHING, job: true, scopes: READ, permission: 'read_package' },
  packagesWrite: { ...NOTHING, job: true, scopes: ['api'], permission: 'delete_package' },
  personalRead: { ...NOTHING, job: false, scopes: READ, permission: 'read_project' },
  ownUser: { ...NOTHING, job: false, scopes: [...READ, 'read_user'], permission: 'read_user' },
  ownJob: { ...NOTHING, job: true, scopes: READ, permission: 'read_user' },
  // No variable for any job, and of the repository's tags the list only.
  variablesRead: { ...NOTHING, job: false, scopes: READ, permission: 'read_variable' },
  variablesWrite: { ...NOTHING, job: false, scopes: ['api'], permission: 'update_variable' },
  tagsList: { ...NOTHING, job: true, scopes: READ, permission: 'read_repository_tag' },
  tagRead: { ...NOTHING, job: false, scopes: READ, permission: 'read_repository_tag' },
  tagWrite: { ...NOTHING, job: false, scopes: ['api'], permission: 'create_repository_tag' },
  releasesRead: { ...NOTHING, job: true, scopes: READ, permission: 'read_release' },
  releasesWrite: { ...NOTHING, job: true, scopes: ['api'], permission: 'create_release' },
} as const satisfies Record<string, AuthRule>;

/** The rule as the servers of a version know it. */
export function ruleIn({ basicAndDeploy, jobBasicUploads, fineGrained }: Profile, rule: AuthRule): AuthRule {
  if (!basicAndDeploy) return { ...rule, basic: false, jobBasic: false, deploy: false };
  return { ...rule, jobBasic: rule.jobBasic || (rule.basic && jobBasicUploads), fineGrained };
}

const JOB_PREFIX = 'glcbt-';

/**
 * The caller behind the first credential that the route looks at. Unknown, revoked and expired tokens are refused even
 * where anyone may read; only bad Basic credentials and deploy tokens count as none. `path`: of the project or group
 * that is asked for, if there is one.
 */
export function identify(
  credentials: readonly Credential[],
  tokens: ReadonlyMap<string, Token>,
  rule: AuthRule,
  path?: string,
): Caller {
  for (const credential of credentials) {
    if (!looksAt(credential, rule)) continue;
    const token = tokens.get(credential.secret);
    const fits = token !== undefined && takes(credential, token, rule);
    const isAlive = fits && !token.revoked && !token.expired;
    if (!isAlive && (credential.form === 'Basic' || credential.form === 'DEPLOY-TOKEN')) continue;
    if (!fits) throw unauthorized(rule.challenge);
    assertAlive(token, rule);
    return inScope(token, rule, path);
  }
  return undefined;
}

function looksAt(credential: Credential, rule: AuthRule): boolean {
  switch (credential.form) {
    case 'PRIVATE-TOKEN':
    case 'private_token':
      // A job token here is passed over, not refused.
      return !credential.secret.startsWith(JOB_PREFIX);
    case 'JOB-TOKEN':
    case 'job_token':
      return rule.job;
    case 'DEPLOY-TOKEN':
      return rule.deploy;
    case 'Basic':
      return rule.basic;
    case 'Bearer':
    case 'access_token':
      return true;
  }
}

/** Is this kind of token taken in this form here? */
function takes(credential: Credential, token: Token, rule: AuthRule): boolean {
  if (token.permissions !== undefined && rule.fineGrained !== true) return false;
  switch (credential.form) {
    case 'PRIVATE-TOKEN':
    case 'private_token':
      return token.kind === 'personal';
    case 'JOB-TOKEN':
    case 'job_token':
      return token.kind === 'job';
    case 'DEPLOY-TOKEN':
      return token.kind === 'deploy';
    case 'Basic':
      if (token.kind === 'job') return rule.jobBasic && credential.user === 'gitlab-ci-token';
      return token.kind === 'personal' || (token.kind === 'deploy' && rule.deploy);
    case 'Bearer':
    case 'access_token':
      if (token.kind === 'job') return rule.job;
      return token.kind === 'deploy' ? rule.deploy : true;
  }
}

function assertAlive(token: Token, rule: AuthRule): void {
  if (!token.revoked && !token.expired) return;
  if (token.kind === 'job' || token.kind === 'deploy') throw unauthorized(rule.challenge);
  throw spentToken(token.revoked ? 'revoked' : 'expired');
}

function inScope(token: Token, rule: AuthRule, path: string | undefined): Token {
  if (token.kind === 'job' || token.kind === 'deploy') return token;
  if (token.permissions !== undefined) {
    if (!token.permissions.includes(rule.permission)) throw insufficientPermission(rule.permission, path);
    return token;
  }
  if (!rule.scopes.some((scope) => token.scopes.includes(scope))) throw insufficientScope(rule.scopes.join(' '));
  return token;
}

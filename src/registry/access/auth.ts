/**
 * Turns a request's credentials into a caller, by the rules of the route asked for. What a caller may do:
 * permissions.ts.
 */
import type { Token } from '../config/records.ts';
import type { Credential } from './credentials.ts';
import { insufficientScope, spentToken, unauthorized } from '../wire/refusal.ts';

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
  },
  fileDownload: {
    job: true,
    deploy: true,
    basic: true,
    jobBasic: true,
    challenge: true,
    scopes: READ,
  },
  packagesRead: { ...NOTHING, job: true, scopes: READ },
  packagesWrite: { ...NOTHING, job: true, scopes: ['api'] },
  personalRead: { ...NOTHING, job: false, scopes: READ },
  ownUser: { ...NOTHING, job: false, scopes: [...READ, 'read_user'] },
  // No variable for any job, and of the repository's tags the list only.
  variablesRead: { ...NOTHING, job: false, scopes: READ },
  variablesWrite: { ...NOTHING, job: false, scopes: ['api'] },
  tagsList: { ...NOTHING, job: true, scopes: READ },
  tagRead: { ...NOTHING, job: false, scopes: READ },
  tagWrite: { ...NOTHING, job: false, scopes: ['api'] },
  releasesRead: { ...NOTHING, job: true, scopes: READ },
  releasesWrite: { ...NOTHING, job: true, scopes: ['api'] },
} as const satisfies Record<string, AuthRule>;

/** The rule without what a server of 13.5 did not know yet. */
export function withoutBasicAndDeploy(rule: AuthRule): AuthRule {
  return { ...rule, basic: false, jobBasic: false, deploy: false };
}

const JOB_PREFIX = 'glcbt-';

/**
 * The caller behind the first credential that the route looks at. Unknown, revoked and expired
 * tokens are refused even where anyone may read; only bad Basic credentials count as none.
 */
export function identify(
  credentials: readonly Credential[],
  tokens: ReadonlyMap<string, Token>,
  rule: AuthRule,
): Caller {
  for (const credential of credentials) {
    if (!looksAt(credential, rule)) continue;
    const token = tokens.get(credential.secret);
    const fits = token !== undefined && takes(credential, token, rule);
    if (credential.form === 'Basic') return fits && !token.revoked && !token.expired ? inScope(token, rule) : undefined;
    if (!fits) throw unauthorized(rule.challenge);
    assertAlive(token, rule);
    return inScope(token, rule);
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

function inScope(token: Token, rule: AuthRule): Token {
  if (token.kind === 'job' || token.kind === 'deploy') return token;
  if (!rule.scopes.some((scope) => token.scopes.includes(scope))) throw insufficientScope(rule.scopes.join(' '));
  return token;
}

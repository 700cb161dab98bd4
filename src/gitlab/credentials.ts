/** Tokens: which kind one is, the single header it goes into, and what must be masked. Sends nothing. */

import { Failure } from '../core/errors.ts';
import { sameOrigin } from './address.ts';

export type TokenKind = 'private' | 'job' | 'deploy' | 'bearer' | 'basic';
export type TokenType = 'auto' | TokenKind;

export interface Credential {
  kind: TokenKind;
  /** The one header of a request: name and value. */
  header: readonly [name: string, value: string];
  /** Every form in which the secret could show up in a log. */
  masks: readonly string[];
}

export interface TokenInput {
  token: string;
  type: TokenType;
  /** With `basic`; `gitlab-ci-token` when absent. */
  username?: string | undefined;
  /** `$CI_JOB_TOKEN` of a GitLab job. */
  jobToken?: string | undefined;
}

/** What a token that GitLab's API cannot take begins with, and what it is. */
const FOREIGN: readonly (readonly [prefix: string, what: string])[] = [
  ['ghp_', 'a GitHub personal access token'],
  ['gho_', 'a GitHub OAuth token'],
  ['ghu_', 'a GitHub app user token'],
  ['ghs_', 'a GitHub app or workflow token'],
  ['ghr_', 'a GitHub refresh token'],
  ['github_pat_', 'a GitHub fine-grained token'],
  ['npm_', 'an npm token'],
  ['pypi-', 'a PyPI token'],
  ['dckr_pat_', 'a Docker token'],
  ['dckr_oat_', 'a Docker organization token'],
  ['rubygems_', 'a RubyGems token'],
  ['hf_', 'a Hugging Face token'],
  ['xoxb-', 'a Slack token'],
  ['xoxp-', 'a Slack token'],
  ['glrt-', 'a GitLab runner authentication token'],
  ['glrtr-', 'a GitLab runner registration token'],
  ['GR1348941', 'a GitLab runner registration token'],
  ['glft-', 'a GitLab feed token'],
  ['glimt-', 'a GitLab incoming mail token'],
  ['glptt-', 'a GitLab pipeline trigger token'],
  ['glagent-', 'a GitLab agent token'],
  ['glsoat-', 'a GitLab SCIM token'],
  ['gloas-', 'a GitLab OAuth application secret'],
  ['glffct-', 'a GitLab feature flags client token'],
];

const JOB_TOKEN = 'glcbt-';
const HEADERS = { private: 'PRIVATE-TOKEN', job: 'JOB-TOKEN', deploy: 'DEPLOY-TOKEN' } as const;

/**
 * The credential for a token. Fails with `usage` on a token of another service and on one that
 * cannot be a token at all; the value itself is in no message.
 */
export function createCredential(input: TokenInput): Credential {
  const { token } = input;
  // Visible ASCII only: everything else is a copying accident or an attempt at a second header.
  if (!/^[\x21-\x7e]+$/.test(token) || isQuoted(token)) {
    throw new Failure('usage', `The token ${whatIsWrong(token)}`, {
      hint: 'Copy the token again, without blanks, line breaks or quotation marks around it.',
    });
  }
  const foreign = FOREIGN.find(([prefix]) => token.startsWith(prefix));
  if (foreign !== undefined) {
    throw new Failure(
      'usage',
      `The token is ${foreign[1]} (it begins with ${foreign[0]}): GitLab's API does not take it, so it was not sent`,
      {
        hint: 'Give a GitLab personal, project or group access token, a deploy token or a job token.',
      },
    );
  }
  refuseContradiction(token, input.type);
  const kind = input.type === 'auto' ? kindOf(token, input.jobToken) : input.type;
  const username = input.username ?? 'gitlab-ci-token';
  if (kind === 'basic') checkUsername(username);
  const basic = Buffer.from(`${username}:${token}`).toString('base64');
  return { kind, header: headerOf(kind, token, basic), masks: masksOf(token, basic) };
}

/** Tokens whose prefix tells their type: GitLab refuses them in another header, and its answer does not say why. */
const TYPE_OF_PREFIX: readonly (readonly [prefix: string, type: 'private' | 'job' | 'deploy', what: string])[] = [
  [JOB_TOKEN, 'job', 'a job token'],
  ['gldt-', 'deploy', 'a deploy token'],
  ['glpat-', 'private', 'a personal, project or group access token'],
];

/** Every token may go as `bearer`, and with a user name. */
function refuseContradiction(token: string, type: TokenType): void {
  const known = TYPE_OF_PREFIX.find(([prefix]) => token.startsWith(prefix));
  if (known === undefined || ['auto', 'basic', 'bearer', known[1]].includes(type)) return;
  const [prefix, fitting, what] = known;
  throw new Failure('usage', `The token is ${what} (it begins with \`${prefix}\`), and \`token-type\` is \`${type}\``, {
    hint: `Omit \`token-type\`, or set it to \`${fitting}\`.`,
  });
}

/** What `auto` makes of a token. */
export function kindOf(token: string, jobToken: string | undefined): TokenKind {
  if (token === jobToken || token.startsWith(JOB_TOKEN)) return 'job';
  if (token.startsWith('gldt-')) return 'deploy';
  return 'private';
}

/** Every form in which a credential's secret could show up in a log. */
export function secretsOf(credential: Credential): readonly string[] {
  return credential.masks;
}

/**
 * Why this credential may not go to `api`, or undefined if it may: in a GitLab job the job token,
 * in whatever header, goes to that job's own server only.
 */
export function jobTokenProblem(
  credential: Credential,
  place: { api: URL; serverUrl?: string; jobToken?: string },
): string | undefined {
  const { api, serverUrl, jobToken } = place;
  const inJob = serverUrl !== undefined || jobToken !== undefined;
  const isJobToken =
    credential.kind === 'job' || credential.masks.some((form) => form === jobToken || form.startsWith(JOB_TOKEN));
  if (!inJob || !isJobToken) return undefined;
  if (serverUrl !== undefined && URL.canParse(serverUrl) && sameOrigin(new URL(serverUrl), api)) return undefined;
  return (
    `The job token belongs to ${serverUrl ?? 'a server that is not named'} and is not sent to ` +
    `${api.origin}; give a token of ${api.origin}, or omit api-url`
  );
}

function headerOf(kind: TokenKind, token: string, basic: string): readonly [string, string] {
  if (kind === 'bearer') return ['Authorization', `Bearer ${token}`];
  if (kind === 'basic') return ['Authorization', `Basic ${basic}`];
  return [HEADERS[kind], token];
}

function masksOf(token: string, basic: string): readonly string[] {
  const forms = [token, basic, Buffer.from(token).toString('base64'), encodeURIComponent(token)];
  return [...new Set(forms)];
}

function checkUsername(username: string): void {
  if (/^[^:\p{Cc}]+$/u.test(username)) return;
  throw new Failure('usage', 'username is empty or holds a colon or a control character', {
    hint: 'Give the name that belongs to the token, for a job token gitlab-ci-token.',
  });
}

function whatIsWrong(token: string): string {
  if (token === '') return 'is empty';
  if (/[\r\n]/.test(token)) return 'holds a line break';
  if (/\s/.test(token)) return 'holds a blank';
  return isQuoted(token) ? 'stands in quotation marks' : 'holds a character that tokens do not have';
}

/** As it happens with `.env` files and JSON: the shell was not there to take them off. */
function isQuoted(token: string): boolean {
  return /^(["'`]).*\1$/.test(token);
}

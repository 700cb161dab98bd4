/** The likely cause of a refusal and the next step, by GitLab's own words: a table, the first match counts. */

import type { TokenKind } from '../credentials.ts';
import type { Operation } from '../types.ts';

export interface Situation {
  status: number;
  /** GitLab's own words. */
  words: string;
  operation: Operation;
  /** Undefined: no token was sent. */
  kind: TokenKind | undefined;
}

interface RefusalCause {
  status: number;
  /** A piece of GitLab's words, compared without case. */
  said?: string;
  operations?: readonly Operation[];
  kinds?: readonly (TokenKind | 'none')[];
  hint: string | ((situation: Situation) => string);
}

const ON_FILES: readonly Operation[] = ['upload', 'download'];
const ON_LISTS: readonly Operation[] = ['list', 'delete'];
const NEEDS_LIST: readonly Operation[] = ['list', 'delete', 'project', 'releases', 'tags'];
const ALLOWLIST =
  "add this job's project to the job token allowlist of the target project (Settings > CI/CD > Job token permissions)";
const API_MAINTAINER =
  'a personal, project or group access token with the scope api and the role Maintainer (for a group: Owner)';
const REGISTRY_OFF = 'the package registry of the project may also be switched off';

// GENERIC_PACKAGES_TOKEN is read on every platform; at the terminal the input token is not a flag.
const SEND_ONE = 'No token was sent: set GENERIC_PACKAGES_TOKEN, or give the input token in a job.';

const CAUSES: readonly RefusalCause[] = [
  // 401: GitLab refuses an invalid token even where no token would do.
  {
    status: 401,
    said: 'revoked',
    hint: 'The token was revoked: create a new one and put it where this one came from.',
  },
  {
    status: 401,
    said: 'expired',
    hint: 'The token has expired: create a new one and put it where this one came from.',
  },
  {
    status: 401,
    kinds: ['none'],
    hint:
      'No token was sent, and this needs one. A GitLab job uses its own job token on its own server. ' +
      'Elsewhere give the input token, or set GENERIC_PACKAGES_TOKEN at the terminal.',
  },
  {
    status: 401,
    operations: ['variables'],
    kinds: ['job', 'deploy', 'basic'],
    hint: `This kind of token cannot reach CI/CD variables: give variable-token ${API_MAINTAINER}.`,
  },
  {
    status: 401,
    operations: NEEDS_LIST,
    kinds: ['deploy'],
    hint:
      'A deploy token reaches the files of a package by name only, and no lists. Name the exact version, ' +
      'or give an access token with the scope read_api, or a job token.',
  },
  {
    status: 401,
    operations: NEEDS_LIST,
    kinds: ['basic'],
    hint: 'GitLab takes Basic authentication for the files of packages only: set token-type to private, job or bearer.',
  },
  {
    status: 401,
    operations: ['upload'],
    kinds: ['basic'],
    hint:
      'GitLab takes a job token for uploads in its own header only. Check username and token, or set ' +
      'token-type to job.',
  },
  {
    status: 401,
    operations: ['tags'],
    kinds: ['job'],
    hint: 'A job token can list tags on some GitLab versions only: give an access token with the scope read_api.',
  },
  {
    status: 401,
    kinds: ['job'],
    hint:
      'A job token works only while its job runs, on its own server and in its own header. Check api-url ' +
      'and token-type, or give another token.',
  },
  {
    status: 401,
    kinds: ['deploy'],
    hint:
      'Check that the deploy token is of this server, belongs to this project or its group, and has not ' +
      'expired. If it is another kind of token, set token-type.',
  },
  {
    status: 401,
    hint:
      'Check that the token is of this server and has not expired or been revoked. For an OAuth token set ' +
      'token-type to bearer.',
  },

  // 403
  {
    status: 403,
    said: 'insufficient_granular_scope',
    hint: ({ words }) =>
      `The fine-grained token lacks ${permissionIn(words)}. The permissions of a token cannot be changed: make a new ` +
      'one that has this permission too, and put it where this one came from.',
  },
  {
    status: 403,
    said: 'insufficient_scope',
    operations: ['upload', 'delete', 'variables', 'releases'],
    hint: "The token's scopes are too narrow: give a token with the scope api.",
  },
  {
    status: 403,
    said: 'insufficient_scope',
    hint: "The token's scopes are too narrow: give a token with the scope read_api or api.",
  },
  {
    status: 403,
    said: 'deletion protected',
    hint:
      'A package protection rule of the project protects it from being deleted (Settings > Packages and ' +
      'registries): ask a Maintainer.',
  },
  {
    status: 403,
    said: 'package protected',
    hint:
      'A package protection rule of the project keeps this name for higher roles, and for no deploy token ' +
      '(Settings > Packages and registries): give a token of a higher role.',
  },
  { status: 403, said: 'job token not allowed', hint: `The target project refuses this job token: ${ALLOWLIST}.` },
  {
    status: 403,
    said: 'token permission is required',
    hint:
      "The job token lacks a fine-grained permission, which the answer names: add it to this project's " +
      'entry in the job token allowlist of the target project (Settings > CI/CD > Job token permissions).',
  },
  {
    status: 403,
    said: 'unauthorized for ci/cd job tokens',
    hint: 'GitLab does not take job tokens for this: give an access token.',
  },
  {
    status: 403,
    said: 'protected',
    operations: ['releases'],
    hint:
      'The tag is protected: allow this role to create it (Settings > Repository > Protected tags), or ' +
      'create it in another way first.',
  },
  { status: 403, operations: ['variables'], hint: `The token has too few rights: give ${API_MAINTAINER}.` },
  {
    status: 403,
    operations: ['delete'],
    kinds: ['job'],
    hint:
      'Only a Maintainer can delete, and the user who started this job has a lower role: let a Maintainer ' +
      'run it, or give another token.',
  },
  {
    status: 403,
    operations: ['delete'],
    hint: 'Only a Maintainer can delete: give a token with the role Maintainer and the scope api.',
  },
  {
    status: 403,
    operations: ['upload'],
    kinds: ['deploy'],
    hint: `A deploy token needs the scope write_package_registry to publish; ${REGISTRY_OFF}. Check both.`,
  },
  {
    status: 403,
    operations: ['upload'],
    kinds: ['job'],
    hint:
      `The user who started this job needs the role Developer to publish; ${REGISTRY_OFF}. Check both; if ` +
      `they are right, GitLab's object storage may fail: ask its administrator.`,
  },
  {
    status: 403,
    operations: ['upload'],
    hint:
      `The token needs the role Developer to publish; ${REGISTRY_OFF}. Check both; if they are right, ` +
      `GitLab's object storage may fail: ask its administrator.`,
  },
  {
    status: 403,
    operations: ['releases'],
    hint: 'A release needs the role Developer and the right to create its tag: give a token that has both.',
  },
  {
    status: 403,
    kinds: ['deploy'],
    hint: 'A deploy token needs the scope read_package_registry: give one that has it.',
  },
  {
    status: 403,
    hint: `The role of the token in the project is too low; ${REGISTRY_OFF}, or be open to members only. Check both.`,
  },

  // 404: GitLab answers so for what the token may not see.
  {
    status: 404,
    said: 'variable not found',
    hint:
      'The project or group has no CI/CD variable with this key and environment scope: create it, or check ' +
      'the key.',
  },
  {
    status: 404,
    said: 'group not found',
    hint: 'The group does not exist, or the token does not see it: give its numeric id or full path as group.',
  },
  {
    status: 404,
    said: 'package not found',
    hint: 'GitLab does not show this package: it is hidden, broken or deleted. Check its status in the project.',
  },
  {
    status: 404,
    kinds: ['none'],
    operations: ['download'],
    hint: `The file, the package or the project does not exist, or the project is private. ${SEND_ONE}`,
  },
  {
    status: 404,
    kinds: ['none'],
    hint: `The project does not exist or is private: check project and api-url. ${SEND_ONE}`,
  },
  {
    status: 404,
    kinds: ['job'],
    operations: ON_FILES,
    hint:
      'Check project, package name, version and file. A private project that does not let this job in gets ' +
      `the same answer: then ${ALLOWLIST}.`,
  },
  {
    status: 404,
    kinds: ['job'],
    hint:
      'Check project and api-url. A private project that does not let this job in gets the same answer: ' +
      `then ${ALLOWLIST}.`,
  },
  {
    status: 404,
    operations: ['download'],
    hint: 'Check package name, version and file, and whether the token may see the project.',
  },
  {
    status: 404,
    said: 'project not found',
    operations: ON_LISTS,
    hint:
      'The project does not exist, or the token may not see it: GitLab answers the same for both. Check project and ' +
      'api-url, and whether the token may see the project.',
  },
  {
    status: 404,
    operations: ON_LISTS,
    hint:
      'GitLab does not show a hidden package here. Check project and api-url, and whether the token may ' +
      'see the project.',
  },
  {
    status: 404,
    hint:
      'The project does not exist, or the token may not see it; GitLab answers the same for both. Check ' +
      'project and api-url, and the token.',
  },

  // 400 and the like
  {
    status: 400,
    said: 'duplicate package is not allowed',
    hint:
      'The group does not allow duplicate packages: publish a new version, delete this one, or add an ' +
      'exception in the group (Settings > Packages and registries).',
  },
  {
    status: 400,
    said: 'file is too large',
    hint:
      'The file is larger than this GitLab allows for generic packages: an administrator can raise the ' +
      'limit (generic_packages_max_file_size).',
  },
  {
    status: 400,
    said: 'package_version',
    hint:
      'GitLab takes letters, digits and . _ + - in a version, but not ".."; before 13.11 it takes only ' +
      'digits, as in 1.2.3. Change the version.',
  },
  {
    status: 400,
    said: 'package_name',
    hint: 'GitLab takes letters, digits and . _ + - in a package name: change the name.',
  },
  {
    status: 400,
    said: 'file_name',
    hint:
      'GitLab takes letters, digits and . _ + - in a file name, also ~ since 18.1 and @ since 18.5, but ' +
      'neither of these first or last. Rename the file.',
  },
  {
    status: 400,
    said: 'file is missing',
    hint:
      "The request did not pass GitLab's own proxy, often because a proxy in front decoded the path of the " +
      'project: give its numeric id as project.',
  },
  {
    status: 400,
    said: 'milestone',
    operations: ['releases'],
    hint: 'Create the milestone in the project or its group first (Plan > Milestones), and give its exact title.',
  },
  {
    status: 400,
    said: 'tag name invalid',
    operations: ['releases'],
    hint: 'GitLab does not take this name for a tag: check tag and tag-prefix.',
  },
  {
    status: 400,
    said: 'target',
    operations: ['releases'],
    hint:
      'The GitLab project has no such tag, and nothing to create it from: give a branch, a tag or a commit ' +
      'of that project as ref.',
  },
  {
    status: 400,
    said: 'already been taken',
    operations: ['releases'],
    hint: 'A name, address or path can stand only once in a release: rename or delete the link that has it.',
  },
  {
    status: 413,
    hint:
      'The file is larger than something on its way allows: GitLab (generic_packages_max_file_size), a proxy in ' +
      'front of it (nginx: client_max_body_size) or a CDN (100 MB is common). Ask its administrator to raise the ' +
      'limit, or for an address of GitLab without that proxy or CDN.',
  },
  {
    status: 407,
    hint: 'The proxy asks for a user name and a password: put them into http_proxy or https_proxy.',
  },
  { status: 409, said: 'resource lock', hint: 'GitLab was busy with the same thing: run again.' },
  {
    status: 409,
    operations: ['upload'],
    hint: 'GitLab itself never answers an upload so: ask the administrator of the proxy in front of it.',
  },
  { status: 412, hint: 'It has changed since this run looked at it: run again.' },
  { status: 429, hint: 'GitLab limits the rate of requests: lower concurrency, or run again later.' },
  { status: 501, hint: 'The server does not know this kind of request: check api-url and the version of GitLab.' },
  { status: 505, hint: 'The server refuses HTTP/1.1: check api-url, and the proxy in front of GitLab.' },
  { status: 511, hint: 'The network asks for a login before it lets anybody out: log in there, then run again.' },
  { status: 507, hint: 'The server has no room left for the file: ask its administrator.' },
  { status: 502, hint: 'GitLab does not answer the proxy in front of it: run again later.' },
  { status: 503, hint: 'GitLab, or the proxy in front of it, is overloaded or under maintenance: run again later.' },
  { status: 504, hint: 'GitLab takes longer than the proxy in front of it waits: run again later.' },
];

/** GitLab names permissions between brackets: `[create_package, read_package]`. */
function permissionIn(words: string): string {
  const named = /\[([a-z_]+(?:, ?[a-z_]+)*)\]/i.exec(words)?.[1];
  return named === undefined ? 'a permission, which the answer names' : `the permission ${named}`;
}

/** A full sentence, or undefined where nothing sensible can be said. */
export function nextStep(situation: Situation): string | undefined {
  const words = situation.words.toLowerCase();
  const found = CAUSES.find(
    (cause) =>
      cause.status === situation.status &&
      (cause.said === undefined || words.includes(cause.said)) &&
      (cause.operations?.includes(situation.operation) ?? true) &&
      (cause.kinds?.includes(situation.kind ?? 'none') ?? true),
  );
  if (found !== undefined) return typeof found.hint === 'string' ? found.hint : found.hint(situation);
  if (situation.status < 500) return undefined;
  return (
    "GitLab failed inside: run again. If it stays, its administrator finds the cause by the request's id " +
    'in the logs.'
  );
}

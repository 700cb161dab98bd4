/** The likely cause of a refusal and the next step, in GitLab's words: a table, first match counts. */

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

interface Cause {
  status: number;
  /** A piece of GitLab's words, compared without case. */
  said?: string;
  operations?: readonly Operation[];
  kinds?: readonly (TokenKind | 'none')[];
  hint: string;
}

const ON_FILES: readonly Operation[] = ['upload', 'download'];
const ON_LISTS: readonly Operation[] = ['list', 'delete'];
const ALLOWLIST =
  "add the project of this job to the target project's job token allowlist (Settings > CI/CD > Job token permissions)";
const NEEDS_API_MAINTAINER =
  'a personal, project or group access token with the scope api and the role Maintainer (for a group: Owner)';

// GENERIC_PACKAGES_TOKEN is read at every platform; the input token is no flag at the terminal.
const SEND_ONE = 'No token was sent: set GENERIC_PACKAGES_TOKEN, or give the input token in a job.';

const CAUSES: readonly Cause[] = [
  // 401: GitLab refuses an invalid token even where no token would do.
  { status: 401, said: 'revoked', hint: 'The token was revoked: make a new one and put it where this one came from.' },
  { status: 401, said: 'expired', hint: 'The token has expired: make a new one and put it where this one came from.' },
  {
    status: 401,
    kinds: ['none'],
    hint: 'No token was sent, and this needs one: give it by the input token (at the terminal GENERIC_PACKAGES_TOKEN); in a GitLab job of this server the job token is used by itself.',
  },
  {
    status: 401,
    operations: ['variables'],
    kinds: ['job', 'deploy', 'basic'],
    hint: `CI/CD variables cannot be reached with this kind of token: give variable-token ${NEEDS_API_MAINTAINER}.`,
  },
  {
    status: 401,
    operations: ['list', 'delete', 'project', 'releases', 'tags'],
    kinds: ['deploy'],
    hint: "A deploy token reaches a package's files by their names only, no lists: name the exact version, or give an access token with the scope read_api, or a job token.",
  },
  {
    status: 401,
    operations: ['list', 'delete', 'project', 'releases', 'tags'],
    kinds: ['basic'],
    hint: 'GitLab takes Basic authentication for the files of packages only: use token-type private, job or bearer.',
  },
  {
    status: 401,
    operations: ['upload'],
    kinds: ['basic'],
    hint: 'Check username and token; a job token is taken for uploads in its own header only: use token-type job.',
  },
  {
    status: 401,
    operations: ['tags'],
    kinds: ['job'],
    hint: 'A job token may list tags at most: give an access token with the scope read_api.',
  },
  {
    status: 401,
    kinds: ['job'],
    hint: 'A job token works only while its job runs, at its own server and in its own header: check api-url and token-type, or give another token.',
  },
  {
    status: 401,
    kinds: ['deploy'],
    hint: 'Check that the deploy token belongs to this project or its group, has not expired, is of this server, and is a deploy token at all: token-type says so.',
  },
  {
    status: 401,
    hint: 'Check that the token is one of this server, has not expired or been revoked, and fits token-type: an OAuth token needs token-type: bearer.',
  },

  // 403
  {
    status: 403,
    said: 'insufficient_scope',
    operations: ['upload', 'delete', 'variables', 'releases'],
    hint: "The token's scopes are too narrow: this needs the scope api.",
  },
  {
    status: 403,
    said: 'insufficient_scope',
    hint: "The token's scopes are too narrow: this needs the scope read_api or api.",
  },
  {
    status: 403,
    said: 'deletion protected',
    hint: 'A package protection rule of the project keeps it from being deleted (Settings > Packages and registries): ask a Maintainer.',
  },
  {
    status: 403,
    said: 'package protected',
    hint: 'A package protection rule of the project keeps this name for higher roles (Settings > Packages and registries); a deploy token never passes one.',
  },
  { status: 403, said: 'job token not allowed', hint: `The job token is not let in: ${ALLOWLIST}.` },
  {
    status: 403,
    said: 'token permission is required',
    hint: 'The job token lacks a fine-grained permission: add the one named in the answer to the entry of this project in the job token allowlist (Settings > CI/CD > Job token permissions).',
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
    hint: 'The tag is protected: let this role create it (Settings > Repository > Protected tags), or create it by other means first.',
  },
  { status: 403, operations: ['variables'], hint: `This needs ${NEEDS_API_MAINTAINER}.` },
  {
    status: 403,
    operations: ['delete'],
    kinds: ['job'],
    hint: 'Deleting needs the role Maintainer: the user who started this job has a lower one.',
  },
  { status: 403, operations: ['delete'], hint: 'Deleting needs the role Maintainer and the scope api.' },
  {
    status: 403,
    operations: ['upload'],
    kinds: ['deploy'],
    hint: 'The deploy token needs the scope write_package_registry; also the package registry may be switched off in the project.',
  },
  {
    status: 403,
    operations: ['upload'],
    kinds: ['job'],
    hint: "Publishing needs the role Developer of the user who started this job, and the project's package registry switched on; GitLab also answers 403 when its object storage fails.",
  },
  {
    status: 403,
    operations: ['upload'],
    hint: "Publishing needs the role Developer and the project's package registry switched on; GitLab also answers 403 when its object storage fails.",
  },
  { status: 403, operations: ['releases'], hint: 'This needs the role Developer and the right to create the tag.' },
  { status: 403, kinds: ['deploy'], hint: 'The deploy token needs the scope read_package_registry.' },
  {
    status: 403,
    hint: 'The role in the project is too low, or its package registry is switched off or for members only.',
  },

  // 404: GitLab answers so for what the token may not see.
  {
    status: 404,
    said: 'variable not found',
    hint: 'There is no CI/CD variable of this key (and environment scope) in the project or group.',
  },
  {
    status: 404,
    said: 'group not found',
    hint: 'There is no such group, or the token does not see it: give its numeric id or full path as group.',
  },
  { status: 404, said: 'package not found', hint: 'GitLab does not show this package: it is broken, hidden or gone.' },
  {
    status: 404,
    kinds: ['none'],
    operations: ['download'],
    hint: `The file, the package or the project is not there, or the project is private. ${SEND_ONE}`,
  },
  { status: 404, kinds: ['none'], hint: `The project is not there or private: check project and api-url. ${SEND_ONE}` },
  {
    status: 404,
    kinds: ['job'],
    operations: ON_FILES,
    hint: `Check project, package name, version and file. GitLab answers the same when a private project does not let this job in: then ${ALLOWLIST}.`,
  },
  {
    status: 404,
    kinds: ['job'],
    hint: `Check project and api-url. GitLab answers the same when a private project does not let this job in: then ${ALLOWLIST}.`,
  },
  {
    status: 404,
    operations: ['download'],
    hint: 'Check package name, version and file, and whether the token may see the project.',
  },
  {
    status: 404,
    operations: ON_LISTS,
    hint: 'Check project and api-url, and whether the token may see the project; a hidden package is not shown here.',
  },
  {
    status: 404,
    hint: 'Check project and api-url, and whether the token may see the project; GitLab answers the same for both.',
  },

  // 400 and the like
  {
    status: 400,
    said: 'duplicate package is not allowed',
    hint: "The group does not allow duplicate packages: publish a new version, delete this one, or add an exception to the group's settings (Settings > Packages and registries).",
  },
  {
    status: 400,
    said: 'file is too large',
    hint: 'The file is above the limit of this GitLab for generic packages: an administrator can raise it (generic_packages_max_file_size).',
  },
  {
    status: 400,
    said: 'package_version',
    hint: 'GitLab takes letters, digits and . _ + - in a version, and no ".."; releases before 13.11 only digits as in 1.2.3.',
  },
  { status: 400, said: 'package_name', hint: 'GitLab takes letters, digits and . _ + - in a package name.' },
  {
    status: 400,
    said: 'file_name',
    hint: 'GitLab takes letters, digits and . _ + - in a file name (~ since 18.1 and @ since 18.5, neither first nor last).',
  },
  {
    status: 400,
    said: 'file is missing',
    hint: 'The request passed GitLab by another way than its own proxy, often because one in front decoded the project path: give the numeric id as project.',
  },
  {
    status: 400,
    said: 'milestone',
    operations: ['releases'],
    hint: 'Make the milestone in the project or its group first (Plan > Milestones), and give its title as it is written there.',
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
    hint: 'The tag is missing in the GitLab project and cannot be made: ref has to be a branch, a tag or a commit there.',
  },
  {
    status: 400,
    said: 'already been taken',
    operations: ['releases'],
    hint: 'Each name, address and path is there once in a release: look at its links, and rename or delete the one in the way.',
  },
  {
    status: 413,
    hint: 'A proxy in front of GitLab limits the size of uploads (nginx: client_max_body_size): have it raised.',
  },
  { status: 407, hint: 'The proxy wants user name and password: put them into http_proxy or https_proxy.' },
  { status: 409, said: 'resource lock', hint: 'GitLab was busy with the same thing: run again.' },
  { status: 412, hint: 'It has changed since it was looked at: run again.' },
  { status: 429, hint: 'GitLab limits the rate of requests: lower concurrency, or run again later.' },
  { status: 502, hint: 'GitLab does not answer the proxy in front of it: run again later.' },
  { status: 503, hint: 'GitLab is overloaded or under maintenance: run again later.' },
  { status: 504, hint: 'GitLab takes longer than the proxy in front of it waits: run again later.' },
];

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
  if (found !== undefined) return found.hint;
  if (situation.status < 500) return undefined;
  return "GitLab failed inside: run again; its administrator finds the cause in the logs by the request's id.";
}

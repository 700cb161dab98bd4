/** Who am I and what are you: `/user`, `/personal_access_tokens/self`, `/job`, `/version`, `/metadata`. */
import { AUTH } from '../access/auth.ts';
import { type Call, callerOf, originOf } from '../wire/call.ts';
import { notFound, unauthorized } from '../wire/refusal.ts';
import { sendJson } from '../wire/respond.ts';

/** Any fixed revision will do; clients only show it. */
const REVISION = '3c0ffee1234';
/** When everybody came. */
export const BORN = '2020-01-01T00:00:00.000Z';

/** `GET /user`: for personal and OAuth tokens only, as in GitLab. */
export function showUser(call: Call): void {
  const caller = callerOf(call, AUTH.ownUser);
  if (caller === undefined) throw unauthorized(false);
  const user = userRecord(caller.id, originOf(call));
  const email = `${user.username}@example.com`;
  sendJson(call, 200, {
    ...user,
    created_at: BORN,
    bio: '',
    public_email: '',
    email,
    commit_email: email,
    bot: caller.project !== undefined,
    external: false,
    two_factor_enabled: false,
    can_create_group: true,
    can_create_project: true,
  });
}

/** A token's owner, as others see him: the author of a release, for one. */
export function userRecord(id: number, origin: string): { username: string; [field: string]: unknown } {
  const username = `user-${id}`;
  return {
    id,
    username,
    name: `User ${id}`,
    state: 'active',
    locked: false,
    avatar_url: null,
    web_url: `${origin}/${username}`,
  };
}

/** `GET /personal_access_tokens/self` */
export function showOwnToken(call: Call): void {
  const caller = callerOf(call, AUTH.ownUser);
  if (caller?.kind !== 'personal') throw unauthorized(false);
  sendJson(call, 200, {
    id: caller.id,
    name: `Token ${caller.id}`,
    revoked: false,
    created_at: BORN,
    description: null,
    scopes: caller.permissions === undefined ? caller.scopes : ['granular'],
    user_id: caller.id,
    last_used_at: BORN,
    active: true,
    expires_at: null,
  });
}

/** `GET /job`: the job whose token asks. */
export function showJob(call: Call): void {
  const { directory, clock, startedAt, repository } = call.instance;
  const caller = callerOf(call, AUTH.ownJob);
  if (caller === undefined) throw unauthorized(false);
  const project = caller.kind === 'job' ? directory.projectById(caller.project ?? 0) : undefined;
  if (project === undefined) throw notFound('Job');
  const ref = project.defaultBranch;
  const sha = repository.commitAt(project, ref);
  const [at, web] = [new Date(startedAt).toISOString(), `${originOf(call)}/${project.path}/-`];
  sendJson(call, 200, {
    id: caller.id,
    status: 'running',
    stage: 'test',
    name: `job-${caller.id}`,
    ref,
    tag: false,
    created_at: at,
    started_at: at,
    finished_at: null,
    duration: (clock() - startedAt) / 1000,
    user: userRecord(caller.id, originOf(call)),
    pipeline: { id: caller.id, project_id: project.id, ref, sha, status: 'running' },
    web_url: `${web}/jobs/${caller.id}`,
    project: { ci_job_token_scope_enabled: false },
  });
}

/** `GET /version` */
export function showVersion(call: Call): void {
  if (callerOf(call, AUTH.ownUser) === undefined) throw unauthorized(false);
  sendJson(call, 200, { version: call.instance.profile.release, revision: REVISION });
}

/** `GET /metadata`, which replaced it. */
export function showMetadata(call: Call): void {
  if (callerOf(call, AUTH.ownUser) === undefined) throw unauthorized(false);
  const kas = { enabled: false, externalUrl: null, externalK8sProxyUrl: null, version: null };
  sendJson(call, 200, {
    version: call.instance.profile.release,
    revision: REVISION,
    kas,
    enterprise: false,
  });
}

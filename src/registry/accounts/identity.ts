/** Who am I and what are you: `/user`, `/version`, `/metadata`. */
import { AUTH } from '../access/auth.ts';
import { type Call, callerOf, originOf } from '../wire/call.ts';
import { unauthorized } from '../wire/refusal.ts';
import { sendJson } from '../wire/respond.ts';

/** Any fixed revision will do; clients only show it. */
const REVISION = '3c0ffee1234';
const BORN = '2020-01-01T00:00:00.000Z';

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

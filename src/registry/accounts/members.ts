/** The members of a project: the users of the tokens that have a role in it. */
import { levelIn } from '../access/permissions.ts';
import { AUTH } from '../access/auth.ts';
import { commonProject } from '../access/project-finder.ts';
import type { Project, Token } from '../config/records.ts';
import { type Call, originOf } from '../wire/call.ts';
import { offsetOf, pageOf, sendPage } from '../wire/pagination.ts';
import { idParam } from '../wire/parameters.ts';
import { recordNotFound } from '../wire/refusal.ts';
import { sendJson } from '../wire/respond.ts';
import { BORN, userRecord } from './identity.ts';

/** `GET /projects/:id/members` and `…/members/all` */
export function listMembers(call: Call): void {
  const { project } = commonProject(call, AUTH.personalRead);
  const page = pageOf(call);
  const members = membersOf(call, project);
  const { limit, offset } = offsetOf(page);
  const shown = members.slice(offset, offset + limit);
  sendPage(
    call,
    page,
    members.length,
    shown.map((token) => memberRecord(call, project, token)),
  );
}

/** `GET /projects/:id/members/:user_id` and `…/members/all/:user_id` */
export function showMember(call: Call): void {
  const { project } = commonProject(call, AUTH.personalRead);
  const id = idParam(call, 'user_id');
  const member = membersOf(call, project).find((token) => token.id === id);
  if (member === undefined) throw recordNotFound();
  sendJson(call, 200, memberRecord(call, project, member));
}

function membersOf(call: Call, project: Project): readonly Token[] {
  return [...call.instance.directory.tokens.values()].filter((token) => levelIn(project, token) > 0);
}

function memberRecord(call: Call, project: Project, token: Token): Record<string, unknown> {
  return {
    access_level: levelIn(project, token),
    created_at: BORN,
    expires_at: null,
    ...userRecord(token.id, originOf(call)),
    membership_state: 'active',
  };
}

/** Commits and branches as GitLab's API shows them. There is no content behind them. */
import { AUTH, type AuthRule } from '../access/auth.ts';
import { canDevelop } from '../access/permissions.ts';
import { type FoundProject, readableCode } from '../access/project-finder.ts';
import { commitRecord } from '../tags/tag-records.ts';
import { type Call, originOf, param } from '../wire/call.ts';
import { offsetOf, pageOf, sendPage } from '../wire/pagination.ts';
import { textParam } from '../wire/parameters.ts';
import { notFound } from '../wire/refusal.ts';
import { sendJson } from '../wire/respond.ts';
import type { Branch } from './repository.ts';

/** `GET /projects/:id/repository/commits/:sha`: by a commit's id or the beginning of it, a branch or a tag. */
export function showCommit(call: Call): void {
  const found = readableCode(call, codeRule(call));
  const sha = call.instance.repository.commitAt(found.project, param(call, 'sha'));
  if (sha === undefined) throw notFound('Commit');
  sendJson(call, 200, {
    ...recordOf(call, found, sha),
    stats: { additions: 0, deletions: 0, total: 0 },
    status: null,
    project_id: found.project.id,
    last_pipeline: null,
  });
}

/** `GET …/repository/commits/:sha/merge_requests`: there are none. */
export function listMergeRequests(call: Call): void {
  const found = readableCode(call, AUTH.tagRead);
  const sha = call.instance.repository.targetOf(found.project, param(call, 'sha'));
  if (sha === undefined) throw notFound('Commit');
  sendPage(call, pageOf(call), 0, []);
}

/** `GET /projects/:id/repository/branches`: by name; `search` is a part of the name. */
export function listBranches(call: Call): void {
  const found = readableCode(call, codeRule(call));
  const page = pageOf(call);
  const search = (textParam(call, 'search') ?? '').toLowerCase();
  const branches = call.instance.repository
    .branches(found.project)
    .filter(({ name }) => name.toLowerCase().includes(search));
  const { limit, offset } = offsetOf(page);
  const shown = branches.slice(offset, offset + limit);
  sendPage(
    call,
    page,
    branches.length,
    shown.map((branch) => branchRecord(call, found, branch)),
  );
}

/** `GET …/branches/:branch` */
export function showBranch(call: Call): void {
  const found = readableCode(call, AUTH.tagRead);
  const name = param(call, 'branch');
  const branch = call.instance.repository.branches(found.project).find((each) => each.name === name);
  if (branch === undefined) throw notFound('Branch');
  sendJson(call, 200, branchRecord(call, found, branch));
}

/** Jobs read a commit, and the list of branches, since 18.4. */
function codeRule(call: Call): AuthRule {
  return call.instance.profile.jobsReadCode ? AUTH.tagsList : AUTH.tagRead;
}

function branchRecord(call: Call, found: FoundProject, { name, sha }: Branch): Record<string, unknown> {
  const { project, caller } = found;
  const isDefault = name === project.defaultBranch;
  return {
    name,
    commit: recordOf(call, found, sha),
    merged: false,
    protected: isDefault,
    developers_can_push: false,
    developers_can_merge: false,
    can_push: canDevelop(project, caller) && !isDefault,
    default: isDefault,
    web_url: `${originOf(call)}/${project.path}/-/tree/${encodeURIComponent(name)}`,
  };
}

function recordOf(call: Call, { project }: FoundProject, sha: string): Record<string, unknown> {
  const { tags, startedAt } = call.instance;
  const committedAt = tags.atCommit(project.id, sha)?.committed_at ?? startedAt;
  return commitRecord({ sha, committed_at: committedAt }, project, originOf(call));
}

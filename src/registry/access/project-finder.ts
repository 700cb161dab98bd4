/** Finds the project or group of a request and refuses in the words of the route's own finder. */
import {
  canAdminVariables,
  canDestroy,
  canPull,
  canReadCode,
  canSee,
  isForeignJob,
  ownsGroups,
} from './permissions.ts';
import { AUTH, type AuthRule, type Caller } from './auth.ts';
import { type Call, callerOf, param } from '../wire/call.ts';
import type { Project } from '../config/records.ts';
import type { Group } from '../config/directory.ts';
import { forbidden, notFound, unauthorized } from '../wire/refusal.ts';

export interface FoundProject {
  readonly project: Project;
  readonly caller: Caller;
}

/**
 * The generic routes' finder: anonymous callers are asked for a token, others told nothing of
 * projects they cannot see. `public_packages` counts as seeing, for downloads.
 */
export function genericProject(call: Call, caller: Caller, forDownload: boolean): Project {
  const project = call.instance.directory.project(param(call, 'project'));
  const visible = project !== undefined && (canSee(project, caller) || (forDownload && project.publicPackages));
  if (visible) return project;
  throw caller === undefined ? unauthorized(true) : notFound();
}

/** The common finder, for the Packages API: `404 Project Not Found`, also without a token. */
export function commonProject(call: Call, rule: AuthRule): FoundProject {
  const caller = callerOf(call, rule);
  const { directory, profile } = call.instance;
  const project = directory.project(param(call, 'project'));
  if (project === undefined) throw notFound('Project');
  if (canSee(project, caller)) return { project, caller };
  if (profile.jobRefusalNamed && isForeignJob(project, caller)) {
    const home = directory.projectById(caller.project ?? 0)?.path ?? '';
    throw forbidden(`Authentication by CI/CD job token not allowed from ${home} to ${project.path}.`);
  }
  throw notFound('Project');
}

/** A project whose packages the caller may read. */
export function readablePackages(call: Call): FoundProject {
  const found = commonProject(call, AUTH.packagesRead);
  if (!canPull(found.project, found.caller, call.instance.profile)) throw forbidden();
  return found;
}

/** A project in which the caller may delete. */
export function deletablePackages(call: Call): FoundProject {
  const found = commonProject(call, AUTH.packagesWrite);
  if (!canPull(found.project, found.caller, call.instance.profile)) throw forbidden();
  if (!canDestroy(found.project, found.caller)) throw forbidden();
  return found;
}

/** A project whose repository the caller may read: its tags, and releases by name. */
export function readableCode(call: Call, rule: AuthRule): FoundProject {
  const found = commonProject(call, rule);
  if (!canReadCode(found.project, found.caller)) throw forbidden();
  return found;
}

/** A project whose CI/CD variables the caller may see and change. A token is asked for before anything else is told. */
export function variablesProject(call: Call, rule: AuthRule): Project {
  if (callerOf(call, rule) === undefined) throw unauthorized(false);
  const { project, caller } = commonProject(call, rule);
  if (!canAdminVariables(project, caller)) throw forbidden();
  return project;
}

/** The same for a group, whose variables are its owners' alone. */
export function variablesGroup(call: Call, rule: AuthRule): Group {
  const caller = callerOf(call, rule);
  if (caller === undefined) throw unauthorized(false);
  const group = commonGroup(call, caller);
  if (!ownsGroups(caller)) throw forbidden();
  return group;
}

/** A group with its projects that the caller sees. */
export function visibleGroup(
  call: Call,
  withSubgroups: boolean,
): { group: Group; projects: readonly Project[]; caller: Caller } {
  const caller = callerOf(call, AUTH.packagesRead);
  const group = commonGroup(call, caller);
  const projects = call.instance.directory
    .projectsOf(group, withSubgroups)
    .filter((project) => canSee(project, caller));
  return { group, caller, projects };
}

/** Invisible are groups without a project that the caller sees. */
function commonGroup(call: Call, caller: Caller): Group {
  const { directory } = call.instance;
  const group = directory.group(param(call, 'group'));
  const visible = group !== undefined && directory.projectsOf(group, true).some((project) => canSee(project, caller));
  if (!visible) throw notFound('Group');
  return group;
}

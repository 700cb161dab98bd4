/** What a caller may do with a project: visibility, membership, roles and protection rules as GitLab weighs them. */
import type { Caller } from './auth.ts';
import type { Project, Role, Token } from '../config/records.ts';
import type { ProtectionLevel, ProtectionRule } from '../config/settings.ts';
import type { Profile } from '../profiles.ts';

/** GitLab's numbers for roles. */
const LEVELS: Record<Role, number> = {
  none: 0,
  guest: 10,
  reporter: 20,
  developer: 30,
  maintainer: 40,
  owner: 50,
};

const PROTECTION_LEVELS: Record<ProtectionLevel, number> = { maintainer: 40, owner: 50, admin: 60 };

/** The caller's membership as a number; 0 is a stranger. Deploy tokens are no members. */
export function levelIn(project: Project, caller: Caller): number {
  if (caller === undefined || caller.kind === 'deploy') return 0;
  if (caller.kind === 'job') return jobReaches(caller, project) ? LEVELS[caller.role] : 0;
  return caller.project === undefined || caller.project === project.id ? LEVELS[caller.role] : 0;
}

/** Does the project exist as far as this caller can tell? */
export function canSee(project: Project, caller: Caller): boolean {
  if (project.visibility === 'public') return true;
  if (project.visibility === 'internal' && caller !== undefined && caller.kind !== 'deploy') return true;
  return levelIn(project, caller) > 0 || deployOf(project, caller) !== undefined;
}

/** May the caller read packages? `public_packages` opens them to anyone, even of a private project. */
export function canPull(project: Project, caller: Caller, profile: Profile): boolean {
  if (!project.packagesEnabled) return false;
  if (project.publicPackages) return true;
  if (!canSee(project, caller)) return false;
  if (project.visibility !== 'private') return true;
  const deploy = deployOf(project, caller);
  if (deploy !== undefined)
    return hasScope(deploy, 'read_package_registry') || hasScope(deploy, 'write_package_registry');
  return levelIn(project, caller) >= (profile.guestsPull ? LEVELS.guest : LEVELS.reporter);
}

/** May the caller upload? */
export function canPush(project: Project, caller: Caller): boolean {
  if (!project.packagesEnabled) return false;
  const deploy = deployOf(project, caller);
  if (deploy !== undefined) return hasScope(deploy, 'write_package_registry');
  return levelIn(project, caller) >= LEVELS.developer;
}

/** May the caller delete packages and files? */
export function canDestroy(project: Project, caller: Caller): boolean {
  return project.packagesEnabled && levelIn(project, caller) >= LEVELS.maintainer;
}

/** May the caller read the repository: code, tags, the code side of releases? Guests of private projects may not. */
export function canReadCode(project: Project, caller: Caller): boolean {
  if (!canSee(project, caller)) return false;
  return project.visibility !== 'private' || levelIn(project, caller) >= LEVELS.reporter;
}

/** May the caller make tags and releases? */
export function canDevelop(project: Project, caller: Caller): boolean {
  return levelIn(project, caller) >= LEVELS.developer;
}

/** May the caller see and change the project's CI/CD variables? */
export function canAdminVariables(project: Project, caller: Caller): boolean {
  return levelIn(project, caller) >= LEVELS.maintainer;
}

/** Is the caller an owner of groups? Only who has a role everywhere has one in a group. */
export function ownsGroups(caller: Caller): boolean {
  if (caller?.kind !== 'personal' && caller?.kind !== 'oauth') return false;
  return caller.project === undefined && caller.role === 'owner';
}

/** A job token of a project that this private one has not let in. */
export function isForeignJob(project: Project, caller: Caller): caller is Token {
  return caller?.kind === 'job' && !jobReaches(caller, project);
}

/** Does a rule forbid this action on packages of that name? Deploy tokens never pass a rule that matches. */
export function isProtected(
  rules: readonly ProtectionRule[],
  action: 'push' | 'delete',
  packageName: string,
  level: number,
): boolean {
  return rules.some((rule) => {
    const needed = rule[action];
    return needed !== undefined && level < PROTECTION_LEVELS[needed] && matchesPattern(packageName, rule.pattern);
  });
}

/** `*` stands for anything; letters are compared without regard to case, as GitLab's ILIKE does. */
export function matchesPattern(name: string, pattern: string): boolean {
  const text = name.toLowerCase();
  const pieces = pattern.toLowerCase().split('*');
  const first = pieces[0] ?? '';
  const last = pieces[pieces.length - 1] ?? '';
  if (pieces.length === 1) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function jobReaches(token: Token, project: Project): boolean {
  return token.project === project.id || token.allowlist.includes(project.id);
}

/** The caller, if it is a deploy token of this project. */
function deployOf(project: Project, caller: Caller): Token | undefined {
  return caller?.kind === 'deploy' && caller.project === project.id ? caller : undefined;
}

function hasScope(token: Token, scope: string): boolean {
  return token.scopes.includes(scope);
}

/** `GET /projects/:id/packages/protection/rules`: the rules of the config, which hold for every project. */
import { AUTH } from '../access/auth.ts';
import { canDestroy } from '../access/permissions.ts';
import { commonProject } from '../access/project-finder.ts';
import { type Call, callerOf } from '../wire/call.ts';
import { forbidden, routeNotFound, unauthorized } from '../wire/refusal.ts';
import { sendJson } from '../wire/respond.ts';

export function listProtectionRules(call: Call): void {
  const { profile, settings } = call.instance;
  if (!profile.protection) throw routeNotFound();
  if (callerOf(call, AUTH.personalRead) === undefined) throw unauthorized(false);
  const { project, caller } = commonProject(call, AUTH.personalRead);
  if (!canDestroy(project, caller)) throw forbidden();
  const rules = settings.protectionRules.map((rule, index) => ({
    id: index + 1,
    project_id: project.id,
    package_name_pattern: rule.pattern,
    package_type: 'generic',
    minimum_access_level_for_push: rule.push ?? null,
    minimum_access_level_for_delete: rule.delete ?? null,
  }));
  sendJson(call, 200, rules);
}

/** `PUT` of a file, in GitLab's two phases: who and what before the body is read, the rest after. */
import { setTimeout as sleep } from 'node:timers/promises';
import { canPush, isProtected, levelIn } from '../access/permissions.ts';
import { AUTH, type Caller } from '../access/auth.ts';
import type { IncomingContent } from '../storage/blobs.ts';
import { type Call, callerOf, openBody } from '../wire/call.ts';
import type { Project } from '../config/records.ts';
import { type GivenNames, givenNames, nameProblem, storedFileName } from './names.ts';
import { rawFileRecord } from './records.ts';
import { genericProject } from '../access/project-finder.ts';
import { forbidden, invalid, refused, unauthorized } from '../wire/refusal.ts';
import { sendJson } from '../wire/respond.ts';
import { dropSurplus } from './retention.ts';
import type { FileRow, PackageRow, PackageStatus } from '../storage/store.ts';

interface Upload {
  readonly project: Project;
  readonly caller: Caller;
  readonly given: GivenNames;
  readonly status: PackageStatus | undefined;
}

/** `PUT /projects/:id/packages/generic/:name/:version/*` */
export async function uploadGeneric(call: Call): Promise<void> {
  const upload = authorize(call);
  const { settings, blobs, profile } = call.instance;
  const incoming = await blobs.receive(openBody(call), settings.maxFileSize);
  let file: FileRow;
  try {
    file = await finalize(call, upload, incoming);
  } catch (error) {
    incoming.drop();
    throw error;
  }
  await dropSurplus(call.instance, file);
  if (profile.statuses && call.query.get('select') === 'package_file')
    sendJson(call, 200, rawFileRecord(file, upload.project));
  else sendJson(call, 201, { message: '201 Created' });
}

/** First phase, without the body: token, names, project, role, protection. */
function authorize(call: Call): Upload {
  const { profile, settings } = call.instance;
  const caller = callerOf(call, AUTH.upload);
  if (caller === undefined) throw unauthorized(true);
  const given = givenNames(call);
  const status = profile.statuses ? call.query.get('status') : null;
  const problems = [
    nameProblem(given, profile, false),
    status === null || status === 'default' || status === 'hidden' ? undefined : 'status does not have a valid value',
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw invalid(400, problems.join(', '));
  const project = genericProject(call, caller, false);
  if (!canPush(project, caller)) throw forbidden();
  const level = levelIn(project, caller);
  if (profile.protection && isProtected(settings.protectionRules, 'push', given.name, level)) {
    throw forbidden('Package protected.');
  }
  return {
    project,
    caller,
    given,
    status: status === null ? undefined : (status as PackageStatus),
  };
}

/** Second phase: directories, `select` and size, then one transaction for package, status and file. */
async function finalize(call: Call, upload: Upload, incoming: IncomingContent): Promise<FileRow> {
  const { given, project } = upload;
  const { profile, settings, store } = call.instance;
  const problem = nameProblem(given, profile, true);
  if (problem !== undefined) throw invalid(400, problem);
  const select = profile.statuses ? call.query.get('select') : null;
  if (select !== null && select !== 'package_file') throw invalid(400, 'select does not have a valid value');
  if (incoming.tooLarge) throw refused(400, '400 Bad request - File is too large');
  const blob = await incoming.keep();
  try {
    const known = store.packageByName(project.id, given.name, given.version);
    if (known === undefined && settings.raceWindow > 0) await loseRace(call, upload);
    return store.transaction(() => {
      const file = addFile(call, upload, { ...incoming, blob });
      const pipeline = upload.caller?.pipeline;
      if (pipeline !== undefined) call.instance.pipelines.note(file.package_id, pipeline);
      return file;
    });
  } catch (error) {
    await call.instance.blobs.remove([blob]);
    throw error;
  }
}

/**
 * GitLab looks for the package and makes it when it is missing, without a lock in between. The
 * window is that moment: who finds the package there afterwards was overtaken, and gets a 500.
 */
async function loseRace(call: Call, { given, project }: Upload): Promise<void> {
  const { settings, store, closing } = call.instance;
  await sleep(settings.raceWindow, undefined, { signal: closing });
  if (store.packageByName(project.id, given.name, given.version) !== undefined) {
    throw refused(500, '500 Internal Server Error');
  }
}

function addFile(call: Call, upload: Upload, incoming: IncomingContent & { readonly blob: string }): FileRow {
  const { store, clock } = call.instance;
  const { given, project, caller, status } = upload;
  const at = clock();
  const fileName = storedFileName(given.path, given.file);
  const { size, sha256, blob, bytes } = incoming;
  const contents = { size, sha256, blob, bytes };
  const known = store.packageByName(project.id, given.name, given.version);
  if (known !== undefined) {
    assertNoDuplicate(call, known, fileName);
    if (status !== undefined && status !== known.status) store.setStatus(known.id, status, at);
    return store.addFile({ packageId: known.id, fileName, ...contents, at });
  }
  const made = store.addPackage({
    projectId: project.id,
    name: given.name,
    version: given.version,
    status: status ?? 'default',
    creatorId: caller?.id ?? 0,
    at,
  });
  return store.addFile({ packageId: made.id, fileName, ...contents, at });
}

/**
 * The group's setting speaks of file names in one package, not of versions. The exception turns it
 * round: names it matches are refused where duplicates are allowed (newer versions), allowed where not.
 */
function assertNoDuplicate(call: Call, row: PackageRow, fileName: string): void {
  const { settings, profile, store } = call.instance;
  if (!profile.duplicatesSetting) return;
  const matcher = settings.duplicateException;
  const matches = matcher !== undefined && (matcher(row.name) || matcher(row.version));
  const allowed = settings.duplicatesAllowed ? !(matches && profile.exceptionInverts) : matches;
  if (!allowed && store.newestFile(row.id, fileName) !== undefined) {
    throw refused(400, '400 Bad request - Duplicate package is not allowed');
  }
}

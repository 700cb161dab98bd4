/** `GET` and `HEAD` of a file by package name, version and file name. */
import { canPull } from '../access/permissions.ts';
import { AUTH } from '../access/auth.ts';
import { type Call, callerOf } from '../wire/call.ts';
import { sendContents } from './contents.ts';
import { givenNames, nameProblem, storedFileName } from './names.ts';
import { genericProject } from '../access/project-finder.ts';
import { forbidden, invalid, recordNotFound, unauthorized } from '../wire/refusal.ts';

/** Names are judged before anybody asks for a token. Hidden packages are served like others. */
export async function downloadGeneric(call: Call): Promise<void> {
  const { profile, store } = call.instance;
  const given = givenNames(call);
  const problem = nameProblem(given, profile, true);
  if (problem !== undefined) throw invalid(400, problem);
  const caller = callerOf(call, AUTH.fileDownload);
  if (caller === undefined && !profile.anonymousFiles) throw unauthorized(true);
  const project = genericProject(call, caller, true);
  if (!canPull(project, caller, profile)) throw forbidden();
  const found = store.packageByName(project.id, given.name, given.version);
  const file = found && store.newestFile(found.id, storedFileName(given.path, given.file));
  if (file === undefined) throw recordNotFound();
  await sendContents(call, file);
}

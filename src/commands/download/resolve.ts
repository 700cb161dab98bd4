/** Which version a download means: an existing exact name first, then `latest` or a range by precedence. */
import { Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import { equalsNote, othersNote, pickVersion, type VersionRequest } from '../../core/versions/index.ts';
import { literalNames, parseNamePatterns } from '../../core/patterns/patterns.ts';
import { findPackages, type PackageRow } from '../../gitlab/api/packages.ts';
import type { Client } from '../../gitlab/types.ts';
import { typedSwitch } from '../../definitions/naming.ts';
import type { Tools } from '../../definitions/command.ts';
import { readContent, readPart, type Content } from '../../transfer/remote/content.ts';
import { mayList, type VersionRef } from '../../transfer/remote/stored-version.ts';
import type { DownloadTarget } from './plan.ts';
import { cannotList } from '../shared/versions-there.ts';
import type { DownloadInputs } from './inputs.ts';

export interface ResolvedVersion {
  readonly ref: VersionRef;
  readonly content: Content;
  /** True when `latest` or a range was resolved, so that the log says how to pin it. */
  readonly floating: boolean;
}

/** Undefined when the project has no such version. */
export async function resolveVersion(
  client: Client,
  target: DownloadTarget,
  inputs: DownloadInputs,
  tools: Tools,
): Promise<ResolvedVersion | undefined> {
  const { requested, packageName, connection } = target;
  const refOf = (version: string): VersionRef => ({ client, project: connection.project, name: packageName, version });
  const exact = requested.kind === 'latest' ? undefined : requested.version;
  if (exact !== undefined) {
    const named = await readVersion(refOf(exact), inputs, false);
    if (named !== undefined) return named;
    // A version of that very name is meant, whatever it lacks; and a missing part is always an error.
    if (inputs.part !== undefined && (requested.kind === 'exact' || (await isThere(refOf(exact)))))
      throw noPart(refOf(exact), inputs.part);
  }
  if (requested.kind === 'exact') return undefined;
  if (!mayList(client)) throw cannotList(`package-version: \`${inputs['package-version']}\``);
  const rows = await findPackages(client, connection.project, { name: packageName });
  const version = choose(rows, requested, inputs, tools);
  if (version === undefined) return undefined;
  tools.log.info(`${inputs['package-version']} is ${version}`);
  const found = await readVersion(refOf(version), inputs, true);
  if (found === undefined && inputs.part !== undefined) throw noPart(refOf(version), inputs.part);
  return found;
}

/** The whole version, or the part that is asked for; undefined where there is none. */
async function readVersion(
  ref: VersionRef,
  { part, files, manifest }: DownloadInputs,
  floating: boolean,
): Promise<ResolvedVersion | undefined> {
  const content =
    part === undefined
      ? await readContent(ref, manifest, literalNames(parseNamePatterns(files).patterns))
      : await readPart(ref, part);
  return content === undefined ? undefined : { ref, content, floating };
}

function noPart({ name, version }: VersionRef, part: string): Failure {
  return new Failure('not-found', `${name} ${version} has no part ${part}`, {
    hint: 'Check version and part against the publish that sends it, and that it has ended.',
  });
}

/** Visible or hidden: parts are published into a version that is hidden until it is complete. */
async function isThere({ client, project, name, version }: VersionRef): Promise<boolean> {
  if (!mayList(client)) return false;
  for (const status of [undefined, 'hidden'] as const) {
    const rows = await findPackages(client, project, { name, version, ...(status === undefined ? {} : { status }) });
    if (rows.length > 0) return true;
  }
  return false;
}

/** By precedence among the visible ones; what was passed over is told. */
function choose(
  rows: readonly PackageRow[],
  request: VersionRequest,
  inputs: DownloadInputs,
  { log, context }: Tools,
): string | undefined {
  const candidates = rows.filter(({ status }) => status === 'default' || status === 'deprecated');
  const choice = pickVersion(candidates, request, inputs['include-prereleases']);
  const equals = equalsNote(choice);
  if (equals !== undefined) log.warn(equals);
  const others = othersNote(choice);
  if (others !== undefined) log.info(others);
  if (choice.picked === undefined && choice.prereleases > 0) {
    const remedy = typedSwitch('include-prereleases', true, context.platform);
    log.info(`${formatCount(choice.prereleases, 'prerelease')} ignored: ${remedy} lets them be chosen`);
  }
  return choice.picked?.version;
}

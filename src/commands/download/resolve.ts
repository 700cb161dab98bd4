/** Which version a download means: an existing exact name first, then `latest`, `newest` or a range. */
import { Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import { packageVersionProblem } from '../../core/names/package-names.ts';
import { equalsNote, othersNote, pickVersion, type Choice, type VersionRequest } from '../../core/versions/index.ts';
import { literalNames, parseNamePatterns } from '../../core/patterns/patterns.ts';
import { findPackages, isVisible, type PackageRow } from '../../gitlab/api/packages.ts';
import type { Client } from '../../gitlab/types.ts';
import { typedSwitch } from '../../definitions/naming.ts';
import type { Tools } from '../../definitions/command.ts';
import { abandonedVersion, readContent, readPart, type Content } from '../../transfer/remote/content.ts';
import { mayList, type VersionRef } from '../../transfer/remote/stored-version.ts';
import { findVersionRow } from '../../transfer/remote/version-row.ts';
import type { DownloadIntent } from './intent.ts';
import { cannotList } from '../shared/versions-there.ts';
import type { DownloadInputs } from './inputs.ts';

/** So many of the youngest rows are read for `newest`: one page of GitLab's. */
const ENOUGH = 100;

export interface ResolvedVersion {
  readonly ref: VersionRef;
  readonly content: Content;
  /** True when `latest`, `newest` or a range was resolved, so that the log says how to pin it. */
  readonly floating: boolean;
}

/** Where versions are looked for, and what of each is read. */
interface Search {
  readonly client: Client;
  readonly intent: DownloadIntent;
  readonly inputs: DownloadInputs;
  readonly tools: Tools;
}

/** Undefined when the project has no such version. */
export async function resolveVersion(
  client: Client,
  intent: DownloadIntent,
  inputs: DownloadInputs,
  tools: Tools,
): Promise<ResolvedVersion | undefined> {
  const search = { client, intent, inputs, tools };
  const { requested } = intent;
  if (requested.kind === 'latest' || requested.kind === 'newest') return findFloating(search, requested);
  const { version } = requested;
  const named = version === undefined ? undefined : await findNamed(search, version, requested.kind === 'exact');
  if (named !== undefined || requested.kind === 'exact') return named;
  return findFloating(search, requested);
}

/** A version of that very name is meant, whatever it lacks; and a missing part is always an error. */
async function findNamed(search: Search, version: string, isExact: boolean): Promise<ResolvedVersion | undefined> {
  const { part } = search.inputs;
  const ref = refOf(search, version);
  const named = await readVersion(ref, search.inputs, false);
  if (named?.content.isAbandoned === true) throw abandonedVersion(ref);
  if (named === undefined && part !== undefined && (isExact || (await isThere(ref)))) throw noPart(ref, part);
  return named;
}

/** By the list of versions. One that somebody began to delete is passed over, and the next one is taken. */
async function findFloating(search: Search, request: VersionRequest): Promise<ResolvedVersion | undefined> {
  const { client, inputs, tools } = search;
  const asked = inputs['package-version'];
  if (!mayList(client)) throw cannotList(`package-version: \`${asked}\``);
  let candidates = await listCandidates(search, request);
  for (;;) {
    const choice = pickVersion(candidates, request, inputs['include-prereleases']);
    const version = choice.picked?.version;
    const ref = refOf(search, version ?? '');
    const found = version === undefined ? undefined : await readVersion(ref, inputs, true);
    if (found?.content.isAbandoned !== true) {
      tellChoice(choice, request, tools);
      if (version === undefined) return undefined;
      tools.log.info(`${asked} is ${version}`);
      if (found === undefined && inputs.part !== undefined) throw noPart(ref, inputs.part);
      return found;
    }
    tools.log.warn(`${abandonedVersion(ref).message}. It is passed over`);
    candidates = candidates.filter((row) => row.version !== version);
  }
}

/** The visible versions; for `newest` as few of the list as will do. */
async function listCandidates(search: Search, { kind }: VersionRequest): Promise<readonly PackageRow[]> {
  const { client, intent } = search;
  const { connection, packageName: name } = intent;
  const list = async (limit?: number): Promise<PackageRow[]> =>
    findPackages(client, connection.project, limit === undefined ? { name } : { name, newestFirst: true, limit });
  const young = kind === 'newest' ? (await list(ENOUGH)).filter(mayBeChosen) : [];
  return young.length > 0 ? young : (await list()).filter(mayBeChosen);
}

/** Visible, and called as GitLab calls a version: any other name would make an address of another thing. */
function mayBeChosen(row: PackageRow): boolean {
  return isVisible(row) && packageVersionProblem(row.version) === undefined;
}

function refOf({ client, intent }: Search, version: string): VersionRef {
  return { client, project: intent.connection.project, name: intent.packageName, version };
}

/** The whole version, or the part that is asked for; undefined where there is none. */
async function readVersion(
  ref: VersionRef,
  { part, files, manifest }: DownloadInputs,
  floating: boolean,
): Promise<ResolvedVersion | undefined> {
  const content =
    part === undefined
      ? await readContent(ref, manifest, {
          literals: literalNames(parseNamePatterns(files).patterns),
          abandoned: 'told',
        })
      : await readPart(ref, part);
  return content === undefined ? undefined : { ref, content, floating };
}

function noPart({ name, version }: VersionRef, part: string): Failure {
  return new Failure('not-found', `${name} ${version} has no part ${part}`, {
    hint: 'Check version and part against the publish that sends it, and that it has ended.',
  });
}

/** Visible or hidden: parts are published into a version that is hidden until it is complete. */
async function isThere(ref: VersionRef): Promise<boolean> {
  const row = (await findVersionRow(ref)) ?? (await findVersionRow(ref, { status: 'hidden' }));
  return row !== undefined;
}

/** What was passed over, and what may be a surprise. */
function tellChoice(choice: Choice<PackageRow>, request: VersionRequest, { log, context }: Tools): void {
  const equals = equalsNote(choice);
  if (equals !== undefined) log.warn(equals);
  const others = othersNote(choice, request);
  if (others !== undefined) log.info(others);
  if (choice.picked === undefined && choice.prereleases > 0) {
    const remedy = typedSwitch('include-prereleases', true, context.platform);
    log.info(`${formatCount(choice.prereleases, 'prerelease')} ignored: ${remedy} takes prereleases too`);
  }
}

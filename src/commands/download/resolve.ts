/** Which version a download means: an existing exact name first, then `latest` or a range by precedence. */
import { formatCount } from '../../core/format.ts';
import { equalsNote, othersNote, pickVersion } from '../../core/versions/index.ts';
import { literalNames, parsePatterns } from '../../core/patterns/patterns.ts';
import { findPackages } from '../../gitlab/api/packages.ts';
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
  { log, context }: Tools,
): Promise<ResolvedVersion | undefined> {
  const { requested, packageName, connection } = target;
  const refOf = (version: string): VersionRef => ({ client, project: connection.project, name: packageName, version });
  const literals = literalNames(parsePatterns(inputs.files, { os: 'linux' }).patterns);
  const read = (ref: VersionRef): Promise<Content | undefined> =>
    inputs.part === undefined ? readContent(ref, inputs.manifest, literals) : readPart(ref, inputs.part);
  const exact = requested.kind === 'latest' ? undefined : requested.version;
  if (exact !== undefined) {
    const content = await read(refOf(exact));
    if (content !== undefined) return { ref: refOf(exact), content, floating: false };
  }
  if (requested.kind === 'exact') return undefined;
  if (!mayList(client)) throw cannotList(`package-version: \`${inputs['package-version']}\``);
  const rows = await findPackages(client, connection.project, { name: packageName });
  const candidates = rows.filter(({ status }) => status === 'default' || status === 'deprecated');
  const choice = pickVersion(candidates, requested, inputs['include-prereleases']);
  const note = equalsNote(choice);
  if (note !== undefined) log.warn(note);
  const passedOver = othersNote(choice);
  if (passedOver !== undefined) log.info(passedOver);
  const { picked } = choice;
  if (picked === undefined) {
    if (choice.prereleases > 0)
      log.info(
        `${formatCount(choice.prereleases, 'prerelease')} passed over; ${typedSwitch('include-prereleases', true, context.platform)} takes them in`,
      );
    return undefined;
  }
  log.info(`${inputs['package-version']} is ${picked.version}`);
  const ref = refOf(picked.version);
  const content = await read(ref);
  return content === undefined ? undefined : { ref, content, floating: true };
}

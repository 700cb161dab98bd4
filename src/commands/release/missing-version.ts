/** A version that a release is to link to and that is not there: what is there instead, the nearest first. */
import { Failure } from '../../core/errors.ts';
import { quoted } from '../../core/text.ts';
import { isSpelledAlike, nearestVersions } from '../../core/versions/index.ts';
import { findPackages } from '../../gitlab/api/packages.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedSetting } from '../../definitions/naming.ts';
import type { VersionRef } from '../../transfer/remote/stored-version.ts';

const MOST_SHOWN = 5;
/** The list is read no further. */
const MOST_READ = 1000;

/** Nothing was released. */
export async function missingVersion(ref: VersionRef, platform: Platform): Promise<Failure> {
  const { client, project, name } = ref;
  const rows = await findPackages(client, project, { name, newestFirst: true, limit: MOST_READ });
  return describeMissing(
    ref,
    rows.map(({ version }) => version),
    platform,
  );
}

/** `there`: what lists show, the youngest first. */
function describeMissing(
  { name, version, project }: Pick<VersionRef, 'name' | 'version' | 'project'>,
  there: readonly string[],
  platform: Platform,
): Failure {
  const nearest = nearestVersions(version, there);
  const shown = nearest.slice(0, MOST_SHOWN);
  const left = there.length - shown.length;
  const [first] = nearest;
  const meant = first !== undefined && isSpelledAlike(first, version) ? first : undefined;
  const problems =
    first === undefined
      ? [`there is no version of ${quoted(name)}`]
      : [
          ...shown.map((one) => `there is ${quoted(one)}`),
          ...(left === 0 ? [] : [`and ${left}${there.length >= MOST_READ ? ' or more' : ''} more`]),
        ];
  const next =
    meant === undefined
      ? 'Publish the version first; on GitLab name the publishing job in `needs`, or put it in an earlier stage.'
      : `Give ${typedSetting('package-version', meant, platform)}.`;
  const what = `The project ${quoted(project)} has no ${quoted(name)} ${quoted(version)} to link to`;
  return new Failure('not-found', what, { problems, hint: `Nothing was released. ${next}` });
}

/** A version that was not found: what there is instead, and who may not ask for lists at all. */
import { Failure } from '../../core/errors.ts';
import { harmless } from '../../core/text.ts';
import { parseVersion } from '../../core/versions/index.ts';
import { findPackages } from '../../gitlab/api/packages.ts';
import type { Client } from '../../gitlab/types.ts';
import { mayList } from '../../transfer/remote/stored-version.ts';

/** So many are shown, the youngest first. */
const MOST_SHOWN = 5;
/** The list is read no further. */
const MOST_READ = 1000;

/** What is there instead of a version. */
export interface VersionsThere {
  /** One line for each of the nearest, and a count of the others. Empty for tokens that may not list. */
  readonly problems: readonly string[];
  /** How many of them are prereleases. */
  readonly prereleases: number;
}

/** What there is instead is the quickest way to the mistake. */
export async function versionsThere(
  client: Client,
  project: string,
  name: string,
  asked: string,
): Promise<VersionsThere> {
  if (!mayList(client)) return { problems: [], prereleases: 0 };
  const rows = await findPackages(client, project, { name, newestFirst: true, limit: MOST_READ });
  const versions = rows.map(({ version }) => version);
  return {
    problems: describeVersions(name, asked, versions),
    prereleases: versions.filter(isPrerelease).length,
  };
}

/** `versions`: the youngest first. */
export function describeVersions(name: string, asked: string, versions: readonly string[]): readonly string[] {
  if (versions.length === 0) return [`no version of ${name} is there`];
  const meant = versions.filter((version) => spelling(version) === spelling(asked)).slice(0, MOST_SHOWN);
  const others = versions.filter((version) => !meant.includes(version));
  const shown = others.slice(0, MOST_SHOWN - meant.length);
  const left = others.length - shown.length;
  return [
    ...meant.map((version) => `did you mean ${harmless(version)}?`),
    ...shown.map((version) => `${name} ${harmless(version)} is there${isPrerelease(version) ? ', a prerelease' : ''}`),
    ...(left === 0 ? [] : [`and ${left}${versions.length >= MOST_READ ? ' or more' : ''} more`]),
  ];
}

function isPrerelease(version: string): boolean {
  return (parseVersion(version)?.prerelease ?? '') !== '';
}

/** The error for whoever may not read lists; `what` needs one. */
export function cannotList(what: string): Failure {
  return new Failure(
    'usage',
    `${what} needs a list of versions, which a deploy token and basic authentication may not read`,
    {
      hint: 'Give an exact version, or use a job token or an access token with `read_api`.',
    },
  );
}

/** What is left of a version without `v` before it, a build after it and capitals: `v1.2.3+b` is `1.2.3`. */
function spelling(version: string): string {
  const [numbers = ''] = version.toLowerCase().split('+');
  return numbers.startsWith('v') ? numbers.slice(1) : numbers;
}

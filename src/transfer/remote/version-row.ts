/** The one place where a version is looked up in the registry's lists. */
import { findPackages, type PackageFilter, type PackageRow } from '../../gitlab/api/packages.ts';
import { mayList, type VersionRef } from './stored-version.ts';

type RowChoice = Pick<PackageFilter, 'status' | 'limit'>;

/**
 * The version as a list shows it: the list of visible versions, or that of `status`. Undefined where it does not, and
 * for a token that may not list.
 */
export async function findVersionRow(ref: VersionRef, choice: RowChoice = {}): Promise<PackageRow | undefined> {
  const { client, project, name, version } = ref;
  if (!mayList(client)) return undefined;
  const [row] = await findPackages(client, project, { name, version, ...choice });
  return row;
}

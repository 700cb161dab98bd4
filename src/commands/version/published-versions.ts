/** What the registry has of a package: its versions, and the numbers that are taken. Each list is read once. */
import { stableNumbers } from '../../core/versions/index.ts';
import { findPackages, type PackageRow } from '../../gitlab/api/packages.ts';
import type { Client } from '../../gitlab/types.ts';

export interface PublishedVersions {
  /** Versions that `latest` may choose from. */
  visible(): Promise<readonly string[]>;
  /** Numbers of stable versions that exist in whatever state, so that GitLab would not make them anew. */
  taken(): Promise<ReadonlySet<string>>;
}

export function publishedVersions(client: Client, project: string, name: string): PublishedVersions {
  let listed: Promise<PackageRow[]> | undefined;
  let numbers: Promise<ReadonlySet<string>> | undefined;
  const list = (): Promise<PackageRow[]> => (listed ??= findPackages(client, project, { name }));
  return {
    visible: async () =>
      (await list())
        .filter(({ status }) => status === 'default' || status === 'deprecated')
        .map(({ version }) => version),
    taken: () => (numbers ??= takenNumbers(list, client, project, name)),
  };
}

async function takenNumbers(
  list: () => Promise<PackageRow[]>,
  client: Client,
  project: string,
  name: string,
): Promise<ReadonlySet<string>> {
  const others = ['hidden', 'processing'].map((status) => findPackages(client, project, { name, status }));
  const rows = await Promise.all([list(), ...others]);
  return stableNumbers(rows.flat().map(({ version }) => version));
}

/** The packages of a project, and how large versions are. */
import { Failure } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { pickVersion } from '../../core/versions/index.ts';
import { findPackages, isVisible, newestByName, packageFiles, type PackageRow } from '../../gitlab/api/packages.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Log, Tools } from '../../definitions/command.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import { mayList } from '../../transfer/remote/stored-version.ts';
import { unlessHidden } from '../../transfer/remote/version-state.ts';
import { cannotList } from '../shared/versions-there.ts';
import type { ListResult } from './inputs.ts';

interface Place {
  readonly client: Client;
  readonly project: string;
  /** Sizes are read however many rows there are. */
  readonly readsAll: boolean;
}

/** What downloads would give: the newest row of each name. */
interface Size {
  readonly 'file-count': number;
  readonly bytes: number;
}

/** A package, or all claims of the project. */
interface PackageLine {
  readonly name: string;
  readonly versions: number;
  readonly hidden: number;
  readonly latest: PackageRow | undefined;
}

/** Of longer lists sizes are read only when asked for: each takes a request. */
const MOST_SIZED = 100;
/** Numbers that `version` reserved; one row for all of them. */
const CLAIMS = 'claims.';

export async function listPackages(place: Place, { log }: Tools): Promise<ListResult> {
  const { client, project } = place;
  if (!mayList(client)) throw cannotList('`list` without --package-version');
  const [visible, hidden] = await Promise.all([
    findPackages(client, project, {}),
    findPackages(client, project, { status: 'hidden' }),
  ]);
  const lines = linesOf([...visible, ...hidden]);
  if (lines.length === 0) {
    throw new Failure('not-found', `The project ${project} has no generic package`, {
      hint: 'Check `project`, and whether the publish has ended.',
    });
  }
  const latest = lines.flatMap((line) => line.latest ?? []);
  const sizes = await readSizes(place, latest, log);
  const sizeOf = ({ latest: row }: PackageLine): Size | undefined =>
    row === undefined ? undefined : sizes.get(row.id);
  const count = lines.filter(({ name }) => name !== CLAIMS).length;
  return {
    outputs: {
      packages: lines.map((line) => ({ ...line, latest: line.latest?.version ?? '', ...sizeOf(line) })),
      versions: [],
      files: [],
    },
    report: {
      headline: `The project ${project} has ${formatCount(count, 'package')}`,
      facts: [],
      table: {
        columns: ['Package', 'Versions', 'Hidden', 'Latest', 'Files of latest', 'Size of latest'],
        whole: true,
        rows: lines.map((line) => [
          line.name === CLAIMS ? `${CLAIMS}* (reserved numbers)` : line.name,
          String(line.versions),
          line.hidden === 0 ? '' : String(line.hidden),
          line.latest?.version ?? '',
          ...sizeCells(sizeOf(line)),
        ]),
      },
      links: [],
      summary: false,
    },
  };
}

/** By name; claims are folded into one line at the end. */
function linesOf(rows: readonly PackageRow[]): readonly PackageLine[] {
  const packages = Map.groupBy(rows, ({ name }) => (name.startsWith(CLAIMS) ? CLAIMS : name));
  return [...packages]
    .map(([name, own]): PackageLine => {
      const seen = own.filter(isVisible);
      const latest = name === CLAIMS ? undefined : pickVersion(seen, { kind: 'latest' }, false).picked;
      return { name, versions: seen.length, hidden: own.length - seen.length, latest };
    })
    .sort((a, b) => Number(a.name === CLAIMS) - Number(b.name === CLAIMS) || (a.name < b.name ? -1 : 1));
}

/** Files and bytes by the row's id; none of what is hidden, for GitLab lists no files of it. */
export async function readSizes(
  { client, project, readsAll }: Place,
  rows: readonly PackageRow[],
  log: Log,
): Promise<ReadonlyMap<number, Size>> {
  const sizes = new Map<number, Size>();
  if (rows.length > MOST_SIZED && !readsAll) {
    log.info(`Sizes of ${rows.length} rows are not read: give --sizes to read them, with one request each`);
    return sizes;
  }
  await inParallel(rows.filter(isVisible), client.width(), async ({ id }) => {
    const files = await unlessHidden(() => packageFiles(client, project, id));
    if (files === undefined) return;
    const served = [...newestByName(files).values()];
    sizes.set(id, { 'file-count': served.length, bytes: served.reduce((sum, { size }) => sum + size, 0) });
  });
  return sizes;
}

/** Two cells of a table. */
export function sizeCells(size: Size | undefined): readonly [string, string] {
  return size === undefined ? ['', ''] : [String(size['file-count']), formatBytes(size.bytes)];
}

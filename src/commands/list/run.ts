/** Asks the registry for packages, versions or files, and lays them out. Packages: packages.ts. */
import { Failure } from '../../core/errors.ts';
import { formatBytes, formatCount, formatNames } from '../../core/format.ts';
import { literalNames, parseNamePatterns, selectNames } from '../../core/patterns/patterns.ts';
import { equalsNote, parseRequested, pickVersion } from '../../core/versions/index.ts';
import { findPackages, isVisible, type PackageRow } from '../../gitlab/api/packages.ts';
import type { Tools } from '../../definitions/command.ts';
import { readContent } from '../../transfer/remote/content.ts';
import { mayList, type VersionRef } from '../../transfer/remote/stored-version.ts';
import { withClient } from '../shared/connection.ts';
import { listPackages, readSizes, sizeCells } from './packages.ts';
import type { ListInputs, ListResult } from './inputs.ts';
import type { ListIntent } from './intent.ts';
import { cannotList, versionsThere } from '../shared/versions-there.ts';

/** So many names stand in one message. */
const MOST_NAMED = 20;

export function runList(
  inputs: ListInputs,
  tools: Tools,
  { connection, packageName }: ListIntent,
): Promise<ListResult> {
  const version = inputs['package-version'];
  const { project } = connection;
  tools.record.about({ project, package: packageName ?? '', version: version ?? '' });
  return withClient(connection, inputs, tools, (client) => {
    if (packageName === undefined) return listPackages({ client, project, readsAll: inputs.sizes }, tools);
    const ref = { client, project, name: packageName };
    return version === undefined ? listVersions(ref, inputs, tools) : listFiles({ ...ref, version }, inputs);
  });
}

async function listVersions(
  { client, project, name }: Omit<VersionRef, 'version'>,
  { sizes: readsAll }: ListInputs,
  { log }: Tools,
): Promise<ListResult> {
  if (!mayList(client)) throw cannotList('`list` without --package-version');
  const visible = await findPackages(client, project, { name, newestFirst: true });
  const hidden = await findPackages(client, project, { name, status: 'hidden', newestFirst: true });
  const rows = [...visible, ...hidden].sort(newestFirst);
  if (rows.length === 0) {
    throw new Failure('not-found', `The project ${project} has no version of a package ${name}`, {
      hint: 'Check the name in the package registry of the project, and whether the publish has ended.',
    });
  }
  const candidates = visible.filter(isVisible);
  const latest = pickVersion(candidates, { kind: 'latest' }, false);
  const newest = pickVersion(candidates, { kind: 'newest' }, false);
  const equals = equalsNote(latest);
  if (equals !== undefined) log.warn(`${equals} for \`latest\``);
  const sizes = await readSizes({ client, project, readsAll }, rows, log);
  const versions = rows.map(({ id, version, status, createdAt }) => ({
    version,
    status,
    'created-at': createdAt,
    latest: id === latest.picked?.id,
    newest: id === newest.picked?.id,
    ...sizes.get(id),
  }));
  return {
    outputs: { packages: [], versions, files: [] },
    report: {
      headline: `${name} has ${formatCount(versions.length, 'version')}`,
      facts: [],
      table: {
        columns: ['Version', 'Status', 'Created', 'Files', 'Size', 'Chosen by'],
        whole: true,
        rows: rows.map((row, at) => {
          const { latest: isLatest = false, newest: isNewest = false } = versions[at] ?? {};
          const chosen = chosenBy({ latest: isLatest, newest: isNewest });
          return [row.version, row.status, row.createdAt, ...sizeCells(sizes.get(row.id)), chosen];
        }),
      },
      links: [],
      summary: false,
    },
  };
}

function chosenBy({ latest, newest }: { readonly latest: boolean; readonly newest: boolean }): string {
  return [...(latest ? ['latest'] : []), ...(newest ? ['newest'] : [])].join(', ');
}

async function listFiles(ref: VersionRef, inputs: ListInputs): Promise<ListResult> {
  const { patterns } = parseNamePatterns(inputs.files);
  const content = await readContent(ref, inputs.manifest, { literals: literalNames(patterns), abandoned: 'told' });
  if (content === undefined) throw await notFound(ref);
  const selected = new Set(
    selectNames(
      patterns,
      content.files.map(({ name }) => name),
    ).names,
  );
  if (selected.size === 0 && content.files.length > 0) throw nothingMatches(ref, content.files, inputs.files);
  const files = content.files
    .filter(({ name }) => selected.has(name))
    .map(({ name, size = 0, sha256 = '' }) => ({ name, size, sha256 }));
  return {
    outputs: { packages: [], versions: [], files },
    report: {
      headline: `${ref.name} ${ref.version} has ${formatCount(files.length, 'file')}`,
      facts: [['Digest', content.digest]],
      table: {
        columns: ['File', 'Size', 'SHA-256'],
        whole: true,
        rows: files.map(({ name, size, sha256 }) => [name, formatBytes(size), sha256]),
      },
      links: [],
      summary: false,
    },
  };
}

function nothingMatches(
  { name, version }: VersionRef,
  files: readonly { readonly name: string }[],
  patterns: readonly string[],
): Failure {
  const names = files.map((file) => file.name);
  return new Failure('not-found', `files: no file of ${name} ${version} matches ${formatNames(patterns, MOST_NAMED)}`, {
    problems: [`the version has ${formatNames(names, MOST_NAMED)}`],
    hint: 'Write patterns as the names in the package, from its root. `**` means all of them.',
  });
}

async function notFound({ client, project, name, version }: VersionRef): Promise<Failure> {
  const asked = parseRequested(version);
  const exact =
    'kind' in asked && asked.kind !== 'exact'
      ? `\`list\` takes an exact version, and no version is called \`${version}\`. `
      : '';
  return new Failure('not-found', `The project ${project} has no version ${version} of the package ${name}`, {
    problems: (await versionsThere(client, project, name, version)).problems,
    hint: `${exact}Omit --package-version to see the versions that are there.`,
  });
}

function newestFirst(a: PackageRow, b: PackageRow): number {
  if (a.createdAt === b.createdAt) return b.id - a.id;
  return a.createdAt < b.createdAt ? 1 : -1;
}

/** Asks the registry for versions or files, and lays them out. */
import { Failure } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { parsePatterns, selectNames } from '../../core/patterns.ts';
import { findPackages, type PackageRow } from '../../gitlab/packages.ts';
import type { Tools } from '../../spec/verb.ts';
import { readContent } from '../../transfer/content.ts';
import type { VersionRef } from '../../transfer/stored-version.ts';
import { connect, planConnection } from '../connection.ts';
import type { ListInputs, ListResult } from './inputs.ts';
import { findPackageName } from '../package.ts';

export async function runList(inputs: ListInputs, tools: Tools): Promise<ListResult> {
  const { connection } = planConnection(inputs, tools.context);
  const name = findPackageName(inputs, tools.context);
  if (connection === undefined || 'problem' in name) throw new Failure('usage', 'nothing to list');
  const client = await connect(connection, inputs, tools);
  try {
    const version = inputs['package-version'];
    const ref = { client, project: connection.project, name: name.value };
    return await (version === undefined ? listVersions(ref) : listFiles({ ...ref, version }, inputs, tools));
  } finally {
    client.close();
  }
}

async function listVersions({ client, project, name }: Omit<VersionRef, 'version'>): Promise<ListResult> {
  const visible = await findPackages(client, project, { name, newestFirst: true });
  const hidden = await findPackages(client, project, { name, status: 'hidden', newestFirst: true });
  const rows = [...visible, ...hidden].sort(newestFirst);
  const versions = rows.map((row) => ({ version: row.version, status: row.status, 'created-at': row.createdAt }));
  return {
    outputs: { versions, files: [] },
    report: {
      headline: `${name} has ${formatCount(versions.length, 'version')}`,
      facts: [],
      table: {
        columns: ['Version', 'Status', 'Created'],
        whole: true,
        rows: versions.map((row) => [row.version, row.status, row['created-at']]),
      },
      links: [],
      summary: false,
    },
  };
}

async function listFiles(ref: VersionRef, inputs: ListInputs, tools: Tools): Promise<ListResult> {
  const content = await readContent(ref, inputs.manifest, undefined);
  if (content === undefined) {
    throw new Failure('not-found', `The project ${ref.project} has no version ${ref.version} of the package ${ref.name}`, {
      hint: 'Leave --package-version away to see the versions that are there.',
    });
  }
  const { patterns } = parsePatterns(inputs.files, { platform: tools.context.platform });
  const selected = new Set(selectNames(patterns, content.files.map(({ name }) => name)).names);
  const files = content.files
    .filter(({ name }) => selected.has(name))
    .map(({ name, size = 0, sha256 = '' }) => ({ name, size, sha256 }));
  return {
    outputs: { versions: [], files },
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

function newestFirst(a: PackageRow, b: PackageRow): number {
  return a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : b.id - a.id;
}

/** One deletion by hand: find the version, show what goes and what points at it, ask, delete. */
import { asFailure, Failure } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { parseNamePatterns, selectNames } from '../../core/patterns/patterns.ts';
import { pickVersion } from '../../core/versions/index.ts';
import {
  deleteFile,
  deletePackage,
  findPackages,
  isVisible,
  packageFiles,
  packagesTime,
  type PackageRow,
} from '../../gitlab/api/packages.ts';
import type { FileRow } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import { deleteAbandoned, deleteHidden } from '../../transfer/remote/hidden-version.ts';
import { ABANDONED_MARKER, isRecordName } from '../../transfer/remote/records.ts';
import { readManifest, type VersionRef } from '../../transfer/remote/stored-version.ts';
import { withClient } from '../shared/connection.ts';
import { isReferenced, readReferences } from '../shared/references.ts';
import { versionsThere } from '../shared/versions-there.ts';
import type { DeleteInputs, DeleteResult } from './inputs.ts';
import type { DeleteIntent } from './intent.ts';

interface Found {
  readonly ref: VersionRef;
  readonly row: PackageRow;
  /** Undefined: hidden, and GitLab lists no files of it. */
  readonly files: readonly FileRow[] | undefined;
  /** GitLab's time before the row was read. */
  readonly since: Date;
}

const MOST_FILES_SHOWN = 10;

export function runDelete(
  inputs: DeleteInputs,
  tools: Tools,
  { connection, packageName: name, version }: DeleteIntent,
): Promise<DeleteResult> {
  const { project } = connection;
  tools.record.about({ project, package: name, version });
  return withClient(connection, inputs, tools, async (client) => {
    const found = await find({ client, project, name, version });
    return inputs.files.length === 0 ? deleteVersion(found, inputs, tools) : deleteFiles(found, inputs, tools);
  });
}

async function find(ref: VersionRef): Promise<Found> {
  const { client, project, name, version } = ref;
  const since = await packagesTime(client, project);
  const [visible, hidden] = await Promise.all([
    findPackages(client, project, { name, version }),
    findPackages(client, project, { name, version, status: 'hidden' }),
  ]);
  const [row] = [...visible, ...hidden];
  if (row === undefined) {
    throw new Failure('not-found', `The project ${project} has no version ${version} of the package ${name}`, {
      problems: (await versionsThere(client, project, name, version)).problems,
      hint: 'Nothing was deleted. Give the version as `list` shows it.',
    });
  }
  if (!row.deletable) {
    throw new Failure('forbidden', `This token may not delete packages of project ${project}`, {
      hint: 'Nothing was deleted. Give a token with the scope `api` and the role Maintainer.',
    });
  }
  const files = row.status === 'hidden' ? undefined : await packageFiles(client, project, row.id);
  return { ref, row, files, since };
}

async function deleteVersion(found: Found, inputs: DeleteInputs, tools: Tools): Promise<DeleteResult> {
  const { ref, row, files } = found;
  const pointers = await pointersAt(found, inputs['tag-prefix']);
  show(found, files ?? [], tools);
  for (const pointer of pointers) tools.log.warn(pointer);
  if (inputs['dry-run']) return resultOf(found, { deleted: false, files: [], headline: 'Dry run: would delete' });
  await consent(`${ref.name} ${ref.version}`, pointers.length > 0, inputs, tools);
  const stay = await remove(found);
  if (stay !== undefined) {
    throw new Failure('conflict', `${ref.name} ${ref.version} was not deleted: ${stay}`, {
      hint: 'Look at it again with `list`, then run this again.',
    });
  }
  for (const { name, size } of files ?? []) tools.record.file({ name, size, status: 'deleted' });
  const headline = row.status === 'hidden' ? 'Deleted the hidden version' : 'Deleted';
  return resultOf(found, { deleted: true, files: files ?? [], headline });
}

/** Undefined: it is gone. */
async function remove({ ref, row, files, since }: Found): Promise<string | undefined> {
  const { client, project } = ref;
  const hidden = { ...ref, id: row.id, deletable: row.deletable, manifest: undefined };
  if (row.status === 'hidden') return deleteHidden(hidden);
  if (files?.some(({ name }) => name === ABANDONED_MARKER) === true) return deleteAbandoned(hidden);
  const removal = await deletePackage(client, project, row.id, since);
  return removal === 'changed' ? 'its status changed just now' : undefined;
}

/** What points at the version, a sentence each. What cannot be read may point at it. */
async function pointersAt({ ref, row }: Found, tagPrefix: string | undefined): Promise<readonly string[]> {
  const { client, project, name, version } = ref;
  const pointers: string[] = [];
  try {
    const references = await readReferences(client, project, [project]);
    const files = references.links.fileIds;
    const own = files.size === 0 || row.status === 'hidden' ? [] : await packageFiles(client, project, row.id);
    const hasLinkedFile = own.some(({ id }) => files.has(id));
    if (isReferenced({ id: row.id, name, version, hasLinkedFile }, references, tagPrefix)) {
      pointers.push(`A tag or a release points at ${name} ${version}`);
    }
  } catch (thrown) {
    const { message, code } = asFailure(thrown);
    if (code === 'interrupted' || code === 'max-time') throw thrown;
    pointers.push(`Whether a tag or a release points at ${name} ${version} cannot be read: ${message}`);
  }
  const versions = (await findPackages(client, project, { name })).filter(isVisible);
  if (pickVersion(versions, { kind: 'latest' }, false).picked?.id === row.id) {
    pointers.push(`${name} ${version} is what \`latest\` means`);
  }
  return pointers;
}

function show({ ref, row }: Found, files: readonly FileRow[], { log }: Tools): void {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const what =
    row.status === 'hidden' ? 'files are not listed' : `${formatCount(files.length, 'file')}, ${formatBytes(size)}`;
  log.info(`${ref.name} ${ref.version}: ${row.status}, made ${row.createdAt}, ${what}`);
  for (const { name } of files.slice(0, MOST_FILES_SHOWN)) log.info(`  ${name}`);
  if (files.length > MOST_FILES_SHOWN) log.info(`  and ${files.length - MOST_FILES_SHOWN} more`);
}

/** Asks, unless `--yes` answers beforehand. Whatever points at a version takes its name, or `--force` too. */
async function consent(what: string, isPointedAt: boolean, inputs: DeleteInputs, tools: Tools): Promise<void> {
  if (inputs.yes && (inputs.force || !isPointedAt)) return;
  const question = isPointedAt ? `Type \`${what}\` to delete it all the same:` : `Delete ${what}? [y/N]`;
  const answer = await tools.ask(question);
  if (answer === undefined) {
    throw new Failure('usage', `Nobody can be asked whether ${what} may be deleted`, {
      hint: `Nothing was deleted. Give --yes${isPointedAt ? ' and --force' : ''}, or run it at a terminal.`,
    });
  }
  const agreed = isPointedAt ? answer.trim() === what : /^y(?:es)?$/i.test(answer.trim());
  if (!agreed) throw new Failure('refused', `${what} was not deleted, as you answered`);
}

async function deleteFiles(found: Found, inputs: DeleteInputs, tools: Tools): Promise<DeleteResult> {
  const { ref, row, files } = found;
  if (files === undefined) {
    throw new Failure('not-found', `${ref.name} ${ref.version} is hidden, and GitLab lists no files of it`, {
      hint: 'Nothing was deleted. Without --files the whole version is deleted.',
    });
  }
  const chosen = await strays(found, files, inputs);
  show(found, chosen, tools);
  if (inputs['dry-run'])
    return resultOf(found, { deleted: false, files: [], headline: 'Dry run: would delete files of' });
  await consent(`${formatCount(chosen.length, 'file')} of ${ref.name} ${ref.version}`, false, inputs, tools);
  for (const file of chosen) {
    tools.signal.throwIfAborted();
    await deleteFile(ref.client, ref.project, row.id, file.id);
    tools.record.file({ name: file.name, size: file.size, status: 'deleted' });
  }
  return resultOf(found, {
    deleted: true,
    files: chosen,
    headline: `Deleted ${formatCount(chosen.length, 'file')} of`,
  });
}

/** The rows that match; a file that a manifest lists would leave a version that cannot be downloaded. */
async function strays({ ref }: Found, files: readonly FileRow[], inputs: DeleteInputs): Promise<readonly FileRow[]> {
  const names = new Set(files.map(({ name }) => name));
  const selected = new Set(selectNames(parseNamePatterns(inputs.files).patterns, [...names]).names);
  const listed = await listedNames(ref, inputs.manifest, [...names]);
  const refused = [...selected].filter((name) => listed.has(name)).sort();
  if (refused.length > 0) {
    throw new Failure('refused', `${ref.name} ${ref.version} could not be downloaded without these files`, {
      problems: refused.map((name) => `${name}: a manifest lists it`),
      hint:
        'Nothing was deleted. To take files out of a version publish it again without them: ' +
        '`publish --if-exists replace`.',
    });
  }
  const chosen = files.filter(({ name }) => selected.has(name));
  if (chosen.length > 0) return chosen;
  throw new Failure('no-files', `${ref.name} ${ref.version} has no file that matches`, {
    hint: 'Nothing was deleted. `list --package-version` shows the files; `list --manifest none` all of them.',
  });
}

/** The manifests and what they list. */
async function listedNames(
  ref: VersionRef,
  manifest: string | undefined,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const listed = new Set<string>();
  for (const name of names.filter((one) => one === manifest || isRecordName(one))) {
    const stored = await readManifest(ref, name);
    if (stored === undefined && name !== manifest) continue;
    listed.add(name);
    for (const file of stored?.manifest.files ?? []) listed.add(file.name);
  }
  return listed;
}

interface Ending {
  readonly deleted: boolean;
  readonly files: readonly FileRow[];
  readonly headline: string;
}

function resultOf({ ref, row }: Found, { deleted, files, headline }: Ending): DeleteResult {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const freed = deleted && row.status !== 'hidden' ? `, ${formatBytes(bytes)}` : '';
  return {
    outputs: {
      'package-name': ref.name,
      'package-version': ref.version,
      deleted,
      files: files.map(({ name, size }) => ({ name, size })),
      'bytes-freed': bytes,
    },
    report: {
      headline: `${headline} ${ref.name} ${ref.version}${freed}`,
      facts: [],
      links: [],
      summary: false,
    },
  };
}

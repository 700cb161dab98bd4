/**
 * Deletes a hidden version. GitLab does not delete what is hidden, so it is made visible by a marker that `download`
 * knows, looked at once more, and deleted at once.
 */
import { Failure } from '../../core/errors.ts';
import { deletePackage, findPackages, packageFiles } from '../../gitlab/api/packages.ts';
import { retrying } from '../../gitlab/http/retry.ts';
import type { FileRow } from '../../gitlab/types.ts';
import { bytesSource } from '../local/source.ts';
import type { Status } from '../model.ts';
import { isDuplicateRefusal } from '../upload.ts';
import { ABANDONED_MARKER, isRecordName, visibleMarkerName } from './records.ts';
import { urlOf, type VersionRef } from './stored-version.ts';
import { unlessHidden } from './version-state.ts';

/** A hidden version by its row. */
export interface HiddenVersion extends VersionRef {
  readonly id: number;
  /** GitLab says that this token may delete it. */
  readonly deletable: boolean;
  /** A version that has a file of that name by now stays; undefined: whatever it has. */
  readonly manifest: string | undefined;
}

/** `undefined`: it is deleted. Else why it stays. */
export type Stay = string | undefined;

/** So many marks one version may have before somebody has to look at it. */
const MOST_MARKS = 20;

/** Throws where the token may not delete, before anything is sent; and what GitLab refuses. */
export async function deleteHidden(hidden: HiddenVersion): Promise<Stay> {
  const { name, version } = hidden;
  if (!hidden.deletable) throw mayNotDelete(hidden);
  if (!(await isHiddenNow(hidden))) return 'it is no longer hidden';
  const packageId = await mark(hidden, 'default');
  if (packageId !== undefined && packageId !== hidden.id) {
    return `${name} ${version} was published anew meanwhile`;
  }
  try {
    return await deleteAbandoned(hidden);
  } catch (thrown) {
    await mark(hidden, 'hidden');
    throw thrown;
  }
}

/** The error for a token that cannot end what it would begin. */
function mayNotDelete({ name, version }: VersionRef): Failure {
  return new Failure('forbidden', `This token may not delete ${name} ${version}`, {
    hint: 'Give a token with the scope `api` and the role Maintainer, or let a Maintainer run the job.',
  });
}

async function isHiddenNow({ client, project, name, version, id }: HiddenVersion): Promise<boolean> {
  const rows = await findPackages(client, project, { name, version, status: 'hidden' });
  return rows.some((row) => row.id === id);
}

/**
 * Looks at a version with the marker, and deletes it. One that somebody completed meanwhile stays, hidden as it was.
 */
export async function deleteAbandoned(hidden: HiddenVersion): Promise<Stay> {
  const { client, project, id, manifest } = hidden;
  const rows = (await unlessHidden(() => packageFiles(client, project, id))) ?? [];
  const marker = rows.findLast(({ name }) => name === ABANDONED_MARKER);
  const isComplete = rows.some(({ name }) => name === manifest);
  if (isComplete || hasContentAfter(rows, marker)) {
    // Whoever published after the marker said how the version is to be shown.
    if (!hasContentAfter(rows, marker)) await mark(hidden, 'hidden');
    return 'somebody published to it meanwhile';
  }
  const removal = await deletePackage(client, project, id);
  return removal === 'missing' && (await isHiddenNow(hidden)) ? 'somebody hid it meanwhile' : undefined;
}

function hasContentAfter(rows: readonly FileRow[], marker: FileRow | undefined): boolean {
  return marker !== undefined && rows.some(({ id, name }) => id > marker.id && !isRecordName(name));
}

/**
 * Sets the status by one more upload, and returns the id of the row that it went to, where GitLab tells. Where GitLab
 * takes no name twice, a mark that was left before is followed by one under another name.
 */
async function mark(hidden: HiddenVersion, status: Status): Promise<number | undefined> {
  const names = [ABANDONED_MARKER, ...Array.from({ length: MOST_MARKS }, (_, at) => visibleMarkerName(at + 1))];
  for (const [at, name] of names.entries()) {
    try {
      return await putMark(hidden, name, status);
    } catch (thrown) {
      if (!isDuplicateRefusal(thrown) || at === names.length - 1) throw thrown;
    }
  }
  return undefined;
}

/** Sent again after a doubtful answer: a second mark says the same. */
async function putMark(hidden: HiddenVersion, name: string, status: Status): Promise<number | undefined> {
  const { client, version } = hidden;
  const content = { package: { name: hidden.name, version }, abandoned: true };
  const source = bytesSource(Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
  const query = { status, select: 'package_file' };
  return retrying(async (attempt) => {
    const { record } = await client.putFile(urlOf(hidden, name), {
      open: () => source.open(),
      size: source.size,
      query,
      try: attempt,
    });
    return record?.packageId;
  }, client.policy);
}

/** Sends files of a version, each checked against what GitLab then has. Which and when is decided elsewhere. */
import { Failure } from '../core/errors.ts';
import { runBatch, type BatchRules } from './batch.ts';
import type { LocalFile, Status, StoredFile } from './model.ts';
import { isLaterCopy, markNewestCopy } from './remote/newest-copy.ts';
import { askByName, mayList, urlOf, type VersionRef } from './remote/stored-version.ts';
import { readStoredFiles } from './remote/version-state.ts';
import { findVersionRow } from './remote/version-row.ts';
import { isDuplicateRefusal, isIntact, storedOtherBytes, uploadFile, type Uploaded } from './upload.ts';

export interface SendEvents {
  /** `sha256` is that of the bytes that were sent. */
  onFile(file: LocalFile, sha256: string): void;
  readonly onBytes: (bytes: number) => void;
  onUnverified(names: readonly string[]): void;
}

/** What is sent under a name. */
export type SendFile = Pick<LocalFile, 'name' | 'source'>;

interface SendItem {
  readonly name: string;
  readonly file: LocalFile;
  /** Set in the same step; absent leaves the package's status as it is. */
  readonly status?: Status;
}

/** Sends many files at once. When one fails for good, nothing new is started and all are named. */
export async function sendFiles(
  ref: VersionRef,
  items: readonly SendItem[],
  rules: Omit<BatchRules, 'deed'>,
  events: SendEvents,
): Promise<ReadonlyMap<string, Uploaded>> {
  const sent = await runBatch(items, { ...rules, deed: 'published' }, async ({ file, status }) => {
    const uploaded = await sendChecked(ref, file, status, events.onBytes);
    events.onFile(file, uploaded.sha256);
    return uploaded;
  });
  await confirmUnverified(
    ref,
    items.map(({ file }) => file),
    sent,
    events,
  );
  return sent;
}

/** Sends one file under its name; `status` sets the package's in the same step. */
export function sendChecked(
  ref: VersionRef,
  file: SendFile,
  status: Status | undefined,
  onBytes?: (bytes: number) => void,
): Promise<Uploaded> {
  return uploadFile({
    ...requestFor(ref, file, status),
    look: () => askByName(ref, file.name, file.source),
    ...(onBytes === undefined ? {} : { onBytes }),
  });
}

/**
 * Sends once more what is there already, for the status that comes with it. What is served would not tell whether it
 * arrived: that a hidden version is listed does, and else which copy is the newest.
 */
export async function sendAgain(ref: VersionRef, file: SendFile, status: Status | undefined): Promise<Uploaded> {
  const arrived = status === 'default' && mayList(ref.client) ? () => isListed(ref) : await laterCopy(ref, file.name);
  const look = async () => ((await arrived()) ? { size: file.source.size, sha256: undefined } : undefined);
  return uploadFile({ ...requestFor(ref, file, status), look });
}

/** The same; false where GitLab refuses to store a name twice. */
export async function trySendAgain(ref: VersionRef, file: SendFile, status: Status | undefined): Promise<boolean> {
  try {
    await sendAgain(ref, file, status);
    return true;
  } catch (error) {
    if (!isDuplicateRefusal(error)) throw error;
    return false;
  }
}

async function isListed(ref: VersionRef): Promise<boolean> {
  return (await findVersionRow(ref)) !== undefined;
}

/** Looks for a copy of the file that was stored after this call. */
async function laterCopy(ref: VersionRef, name: string): Promise<() => Promise<boolean>> {
  const before = await markNewestCopy(ref, name);
  return async () => isLaterCopy(before, await markNewestCopy(ref, name));
}

function requestFor(ref: VersionRef, { name, source }: SendFile, status: Status | undefined) {
  return { client: ref.client, url: urlOf(ref, name), name, source, status };
}

/** A GitLab that does not answer with the stored record is asked afterwards: by list, else by name. */
async function confirmUnverified(
  ref: VersionRef,
  files: readonly LocalFile[],
  sent: ReadonlyMap<string, Uploaded>,
  events: SendEvents,
): Promise<void> {
  const open = files.filter((file) => sent.get(file.name)?.verified === false);
  if (open.length === 0) return;
  const listed = await listStored(ref);
  const unknown: string[] = [];
  for (const file of open) {
    const stored = listed?.get(file.name) ?? (await askByName(ref, file.name, file.source));
    const { sha256 } = sent.get(file.name) ?? { sha256: '' };
    if (stored === undefined) {
      throw new Failure('protocol', `${file.name}: GitLab accepted the file, but does not serve it`, {
        hint:
          'Was the version deleted meanwhile? Run it again; if it stays so, look at the package in the ' +
          "project's registry.",
      });
    }
    if (!isIntact(file.size, sha256, stored)) throw storedOtherBytes(file.name, file.size, sha256, stored);
    if (stored.sha256 === undefined) unknown.push(file.name);
  }
  if (unknown.length > 0) events.onUnverified(unknown);
}

async function listStored(ref: VersionRef): Promise<ReadonlyMap<string, StoredFile> | undefined> {
  const row = await findVersionRow(ref);
  return row === undefined ? undefined : readStoredFiles(ref, row.id);
}

/** Carries a publish plan out: the first file alone, the rest in parallel, each checked; then what seals the version. */
import pLimit from 'p-limit';
import { asFailure, Failure } from '../core/errors.ts';
import { findPackages } from '../gitlab/packages.ts';
import { readStoredFiles } from './look.ts';
import type { LocalFile, PublishPlan } from './publish-plan.ts';
import { bytesSource, fileSource } from './source.ts';
import { askByName, mayList, urlOf, type VersionRef } from './stored-version.ts';
import { isIntact, storedOtherBytes, uploadFile, type StoredFile, type Uploaded } from './upload.ts';

export interface SendEvents {
  onFile(file: LocalFile): void;
  onBytes(bytes: number): void;
  onUnverified(names: readonly string[]): void;
}

/** SHA-256 of every file that was sent, by name. */
export type Sent = ReadonlyMap<string, string>;

/** Sends the plan's payload. When one file fails for good, nothing new is started and all are named. */
export async function sendPayload(
  ref: VersionRef,
  plan: PublishPlan,
  concurrency: number,
  signal: AbortSignal,
  events: SendEvents,
): Promise<Sent> {
  const sent = new Map<string, Uploaded>();
  const send = async (file: LocalFile, status: 'default' | 'hidden' | undefined): Promise<void> => {
    const uploaded = await uploadFile({
      client: ref.client,
      url: urlOf(ref, file.name),
      source: fileSource(file),
      status,
      look: () => askByName(ref, file.name, file.size),
      onBytes: (bytes) => {
        events.onBytes(bytes);
      },
    });
    sent.set(file.name, uploaded);
    events.onFile(file);
  };
  // With no manifest the last file carries the final status and makes the version visible.
  const last = plan.seal === 'last-file' ? plan.send.at(-1) : undefined;
  const payload = last === undefined ? plan.send : plan.send.slice(0, -1);
  const alone = plan.firstAlone ? payload.slice(0, 1) : [];
  for (const file of alone) await send(file, plan.payloadStatus);
  await sendAll(payload.slice(alone.length), concurrency, signal, (file) => send(file, plan.payloadStatus));
  await confirmUnverified(ref, plan.send, sent, events);
  if (last !== undefined) await send(last, plan.sealStatus);
  return new Map([...sent].map(([name, { sha256 }]) => [name, sha256]));
}

async function sendAll(
  files: readonly LocalFile[],
  concurrency: number,
  signal: AbortSignal,
  send: (file: LocalFile) => Promise<void>,
): Promise<void> {
  const limit = pLimit(concurrency);
  const failed: { file: LocalFile; failure: Failure }[] = [];
  await Promise.all(
    files.map((file) =>
      limit(async () => {
        if (failed.length > 0 || signal.aborted) return;
        try {
          await send(file);
        } catch (error) {
          failed.push({ file, failure: asFailure(error) });
        }
      }),
    ),
  );
  signal.throwIfAborted();
  const first = failed[0]?.failure;
  if (first === undefined) return;
  if (failed.length === 1) throw first;
  throw new Failure(first.code, `${failed.length} files could not be published. ${first.message}`, {
    problems: failed.map(({ file, failure }) => `${file.name}: ${failure.message}`),
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    cause: first,
  });
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
    const stored = listed?.get(file.name) ?? (await askByName(ref, file.name, file.size));
    const { sha256 } = sent.get(file.name) ?? { sha256: '' };
    if (stored === undefined) throw new Failure('protocol', `${file.name}: GitLab accepted the file, but does not serve it`);
    if (!isIntact(file, sha256, stored)) throw storedOtherBytes(file, sha256, stored);
    if (stored.sha256 === undefined) unknown.push(file.name);
  }
  if (unknown.length > 0) events.onUnverified(unknown);
}

async function listStored(ref: VersionRef): Promise<ReadonlyMap<string, StoredFile> | undefined> {
  if (!mayList(ref.client)) return undefined;
  const { client, project, name, version } = ref;
  const [row] = await findPackages(client, project, { name, version });
  if (row === undefined) return undefined;
  return readStoredFiles(ref, row.id);
}

/** Writes the manifest, which makes the version whole and, with its status, visible in one step. */
export async function sendManifest(
  ref: VersionRef,
  name: string,
  bytes: Buffer,
  status: 'default' | 'hidden' | undefined,
): Promise<void> {
  const source = bytesSource(name, bytes);
  await uploadFile({
    client: ref.client,
    url: urlOf(ref, name),
    source,
    status,
    look: () => askByName(ref, name, source.size),
  });
}

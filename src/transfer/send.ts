/** Carries a publish plan out: the first file alone, the rest in parallel, each checked; then what seals the version. */
import { Failure } from '../core/errors.ts';
import { runBatch } from './batch.ts';
import { findPackages } from '../gitlab/api/packages.ts';
import { readStoredFiles } from './remote/version-state.ts';
import type { PublishPlan } from '../commands/publish/decide.ts';
import type { LocalFile } from './model.ts';
import { askByName, mayList, urlOf, type VersionRef } from './remote/stored-version.ts';
import { isIntact, storedOtherBytes, uploadFile, type StoredFile, type Uploaded } from './upload.ts';

export interface SendEvents {
  onFile(file: LocalFile): void;
  readonly onBytes: (bytes: number) => void;
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
  const send = async (file: LocalFile): Promise<Uploaded> => {
    const uploaded = await sendFile(ref, file, plan.payloadStatus, events.onBytes);
    events.onFile(file);
    return uploaded;
  };
  // With no manifest the last file carries the final status and makes the version visible.
  const last = plan.seal === 'last-file' ? plan.send.at(-1) : undefined;
  const payload = last === undefined ? plan.send : plan.send.slice(0, -1);
  const rules = { deed: 'published', concurrency, signal, firstAlone: plan.firstAlone };
  const sent = await runBatch(payload, rules, send);
  await confirmUnverified(ref, payload, sent, events);
  if (last !== undefined) sent.set(last.name, await sendFile(ref, last, plan.sealStatus, events.onBytes));
  return new Map([...sent].map(([name, { sha256 }]) => [name, sha256]));
}

/** Sends one file under its name; `status` sets the package's in the same step. */
export function sendFile(
  ref: VersionRef,
  file: Pick<LocalFile, 'name' | 'source'>,
  status: 'default' | 'hidden' | undefined,
  onBytes?: (bytes: number) => void,
): Promise<Uploaded> {
  return uploadFile({
    client: ref.client,
    url: urlOf(ref, file.name),
    name: file.name,
    source: file.source,
    status,
    look: () => askByName(ref, file.name, file.source),
    ...(onBytes === undefined ? {} : { onBytes }),
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
    const stored = listed?.get(file.name) ?? (await askByName(ref, file.name, file.source));
    const { sha256 } = sent.get(file.name) ?? { sha256: '' };
    if (stored === undefined)
      throw new Failure('protocol', `${file.name}: GitLab accepted the file, but does not serve it`, {
        hint: "Was the version deleted meanwhile? Run it again; if it stays so, look at the package in the project's registry.",
      });
    if (!isIntact(file.size, sha256, stored)) throw storedOtherBytes(file.name, file.size, sha256, stored);
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

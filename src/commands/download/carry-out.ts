/** Carries out the steps of a download: files fetched in parallel, modes set, and what is to go deleted. */
import { dirname, join } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { systemReason, systemWords } from '../../core/system-words.ts';
import { harmless } from '../../core/text.ts';
import type { Tools } from '../../definitions/command.ts';
import { runBatch } from '../../transfer/batch.ts';
import { fetchFile, markOfLarge, setMode, type Fetched } from '../../transfer/download.ts';
import { prune } from '../../transfer/local/prune.ts';
import type { Target } from '../../transfer/local/targets.ts';
import { bytesToContinue, clearLeftovers } from '../../transfer/local/temporary.ts';
import { urlOf, type VersionRef } from '../../transfer/remote/stored-version.ts';
import { progressOf } from '../shared/progress.ts';
import type { DownloadStep } from './decide.ts';

/** What was fetched, by name. */
export type FetchedFiles = ReadonlyMap<string, Fetched>;

export interface DownloadWork {
  readonly ref: VersionRef;
  readonly directory: string;
  readonly targets: readonly Target[];
  /** Names below `directory` that belong to the version, selected or not. */
  readonly own: readonly string[];
  readonly steps: readonly DownloadStep[];
  readonly concurrency: number;
  readonly tools: Tools;
}

export async function carryOutDownload(work: DownloadWork): Promise<FetchedFiles> {
  const { directory, steps, tools } = work;
  const fetched = await tools.log.group('Fetch', () => fetchAll(work));
  const { umask } = tools.context;
  for (const step of steps) if (step.kind === 'set-mode') await setMode({ target: step.target, umask });
  const doomed = namesToDelete(steps);
  tools.signal.throwIfAborted();
  await prune(directory, doomed, tools.context.os);
  for (const name of doomed) {
    tools.log.info(`deleted: ${harmless(name)}`);
    tools.record.file({ name, status: 'deleted' });
  }
  return fetched;
}

/** What a dry run prints of the steps besides the files, which stand in its table. */
export function describeSteps(steps: readonly DownloadStep[], { log }: Tools): void {
  for (const step of steps) {
    if (step.kind === 'delete') log.info(`would delete: ${harmless(step.name)}`);
    if (step.kind === 'set-mode') log.info(`would set the mode of: ${harmless(step.target.file.name)}`);
  }
}

/** Names of local files that are to go. */
export function namesToDelete(steps: readonly DownloadStep[]): readonly string[] {
  return steps.flatMap((step) => (step.kind === 'delete' ? [step.name] : []));
}

/** One word for a folder that cannot be made, in place of one for each file. */
async function openDirectory(directory: string): Promise<void> {
  try {
    await makeFolder(directory);
  } catch (error) {
    const words = systemWords(error);
    throw new Failure(
      words?.isFull === true ? 'no-space' : 'local-file',
      `The folder ${directory} cannot be made: ${systemReason(error as NodeJS.ErrnoException)}`,
      { hint: `Nothing was fetched. ${words?.hint ?? 'Choose another folder as `directory`.'}`, cause: error },
    );
  }
}

/** What tells the files of an earlier run that this one goes on with. */
function marksOf(targets: readonly Target[]): ReadonlySet<string> {
  const missing = targets.filter(({ state }) => state !== 'same');
  return new Set(missing.map(markOfLarge).filter((mark) => mark !== undefined));
}

function foldersOf(directory: string, targets: readonly Target[]): ReadonlySet<string> {
  return new Set([directory, ...targets.map(({ path }) => dirname(path))]);
}

/** Bytes on the disk of the files that an earlier run began and this one goes on with. */
export async function bytesBegun(targets: readonly Target[]): Promise<number> {
  const marks = marksOf(targets);
  if (marks.size === 0) return 0;
  const large = targets.filter((target) => marks.has(markOfLarge(target) ?? ''));
  let bytes = 0;
  for (const folder of new Set(large.map(({ path }) => dirname(path)))) bytes += await bytesToContinue(folder, marks);
  return bytes;
}

async function fetchAll(work: DownloadWork): Promise<FetchedFiles> {
  const { ref, directory, targets, steps, concurrency, tools } = work;
  const { log, signal, context } = tools;
  const own = new Set(work.own.map((name) => join(directory, ...name.split('/'))));
  if (steps.some(({ kind }) => kind === 'fetch')) await openDirectory(directory);
  const marks = marksOf(targets);
  for (const folder of foldersOf(directory, targets)) await clearLeftovers(folder, own, marks);
  const missing = steps.flatMap((step) =>
    step.kind === 'fetch' ? [{ name: step.target.file.name, target: step.target }] : [],
  );
  const files = missing.map(({ target }) => target.file);
  const progress = progressOf('download', files, log);
  // The client's gate holds requests to `concurrency`: while some files are made or moved on the disk, others are asked
  // for.
  const rules = { deed: 'fetched', concurrency: 2 * concurrency, signal };
  const fetched = await runBatch(missing, rules, async ({ name, target }) => {
    const { umask, os } = context;
    const url = urlOf(ref, name);
    const file = await fetchFile({ client: ref.client, url, target, umask, os, onBytes: progress.bytes });
    progress.file();
    tools.record.file({ name, size: file.size, sha256: file.sha256, status: 'downloaded' });
    return file;
  });
  tell(fetched, targets.length, tools);
  return fetched;
}

function tell(fetched: FetchedFiles, total: number, { log }: Tools): void {
  const files = [...fetched.values()];
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  log.info(`${formatCount(files.length, 'file')} fetched (${formatBytes(bytes)}), ${total - files.length} unchanged`);
  const unverified = files.filter(({ verified }) => !verified).length;
  if (unverified === 0) return;
  log.warn(`This GitLab tells no checksum of ${formatCount(unverified, 'file')}: only the size could be checked`);
}

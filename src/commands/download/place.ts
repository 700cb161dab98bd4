/** Putting files in their places: inspected whole, fetched in parallel, and what is left over deleted. */
import { dirname } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { parsePatterns } from '../../core/patterns/patterns.ts';
import { harmless } from '../../core/text.ts';
import type { Tools } from '../../definitions/command.ts';
import { runBatch } from '../../transfer/batch.ts';
import type { Content } from '../../transfer/remote/content.ts';
import { fetchFile, restoreMode, type Fetched } from '../../transfer/download.ts';
import { baseName } from '../../core/names/flatten.ts';
import { inspectTargets, type Target, type WantedFile } from '../../transfer/local/targets.ts';
import { findPrunable, prune } from '../../transfer/local/prune.ts';
import { urlOf, type VersionRef } from '../../transfer/remote/stored-version.ts';
import { clearLeftovers } from '../../transfer/local/temporary.ts';
import { progressOf } from '../shared/progress.ts';
import type { DownloadInputs } from './inputs.ts';

export type FetchedFiles = ReadonlyMap<string, Fetched>;

/** Throws `local-file`, listing all, when anything stands in the way; nothing is changed then. */
export async function inspect(
  directory: string,
  wanted: readonly WantedFile[],
  inputs: DownloadInputs,
  tools: Tools,
): Promise<readonly Target[]> {
  const placed = wanted.map((file) => ({ file, place: placeOf(file.name, inputs) }));
  const { targets, problems } = await inspectTargets(directory, placed, tools.signal);
  const kept = inputs.overwrite
    ? []
    : targets
        .filter(({ state }) => state === 'differs')
        .map(({ file }) => `${harmless(file.name)}: has other content here, and overwrite is false`);
  const all = [...problems, ...kept];
  if (all.length === 0) return targets;
  throw new Failure('local-file', `${formatCount(all.length, 'file')} cannot be placed in ${directory}`, {
    problems: all,
    hint: 'Nothing was fetched or changed. Choose another directory, or move these out of the way.',
  });
}

export async function fetchAll(
  ref: VersionRef,
  directory: string,
  targets: readonly Target[],
  inputs: DownloadInputs,
  tools: Tools,
): Promise<FetchedFiles> {
  for (const folder of new Set([directory, ...targets.map(({ path }) => dirname(path))])) {
    await clearLeftovers(folder, Date.now());
  }
  const missing = targets.filter(({ state }) => state !== 'same').map((target) => ({ name: target.file.name, target }));
  const progress = progressOf(
    'download',
    missing.map(({ target }) => target.file),
    tools.log,
  );
  // The client's gate holds requests to `concurrency`: while some files are made or moved on the disk, others are asked for.
  const rules = { deed: 'fetched', concurrency: 2 * inputs.concurrency, signal: tools.signal };
  const fetched = await runBatch(missing, rules, async ({ name, target }) => {
    const request = {
      client: ref.client,
      url: urlOf(ref, name),
      target,
      umask: tools.context.umask,
      onBytes: progress.bytes,
    };
    const file = await fetchFile(request);
    progress.file();
    return file;
  });
  for (const target of targets) {
    if (target.state === 'same') await restoreMode({ target, umask: tools.context.umask });
  }
  tell(fetched, targets.length, tools);
  return fetched;
}

/** Deletes what matches and the whole version does not have, selected or not; returns how many went, or in a dry run would go. */
export async function pruneRest(
  directory: string,
  content: Content,
  inputs: DownloadInputs,
  tools: Tools,
): Promise<number> {
  const { patterns } = parsePatterns(inputs.files, { os: tools.context.os });
  const keep = [
    ...content.files.map(({ name }) => placeOf(name, inputs)),
    ...(content.manifestFile === undefined ? [] : [content.manifestFile.name]),
  ];
  const names = await findPrunable(directory, patterns, keep, tools.context.os);
  tools.signal.throwIfAborted();
  if (!inputs['dry-run']) await prune(directory, names);
  for (const name of names) tools.log.info(`${inputs['dry-run'] ? 'would delete' : 'deleted'}: ${harmless(name)}`);
  return names.length;
}

function placeOf(name: string, inputs: DownloadInputs): string {
  return inputs.flatten ? baseName(name) : name;
}

function tell(fetched: FetchedFiles, total: number, { log }: Tools): void {
  const files = [...fetched.values()];
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  log.info(`${formatCount(files.length, 'file')} fetched (${formatBytes(bytes)}), ${total - files.length} unchanged`);
  const unverified = files.filter(({ verified }) => !verified).length;
  if (unverified === 0) return;
  log.warn(`This GitLab tells no checksum of ${formatCount(unverified, 'file')}: only the size could be checked`);
}

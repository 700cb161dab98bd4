/** One download, from the inputs to the outputs: resolve, check, inspect, fetch, place. */
import { dirname, resolve } from 'node:path';
import pLimit from 'p-limit';
import { asFailure, Failure } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { nameProblems } from '../../core/names.ts';
import { parsePatterns, selectNames } from '../../core/patterns.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../spec/verb.ts';
import { findStrays } from '../../transfer/content.ts';
import { fetchFile, type Fetched } from '../../transfer/fetch.ts';
import { inspectTargets, requireSpace, type Target, type WantedFile } from '../../transfer/local-targets.ts';
import { urlOf, type VersionRef } from '../../transfer/stored-version.ts';
import { clearLeftovers } from '../../transfer/temporary.ts';
import { connect } from '../connection.ts';
import { progressOf } from '../progress.ts';
import { readDownload, type DownloadTarget } from './check.ts';
import type { DownloadInputs, DownloadResult } from './index.ts';
import { resolveVersion, type ResolvedVersion } from './resolve.ts';
import { downloadResult, notFoundResult } from './result.ts';

export async function runDownload(inputs: DownloadInputs, tools: Tools): Promise<DownloadResult> {
  const { target, problems } = await readDownload(inputs, tools.context);
  if (target === undefined) throw new Failure('usage', problems[0]?.problem ?? 'nothing to download');
  const client = await connect(target.connection, inputs, tools);
  try {
    return await downloadWith(client, target, inputs, tools);
  } finally {
    client.close();
  }
}

async function downloadWith(
  client: Client,
  target: DownloadTarget,
  inputs: DownloadInputs,
  tools: Tools,
): Promise<DownloadResult> {
  const directory = resolve(tools.context.cwd, inputs.directory);
  const found = await tools.log.group('Look at the registry', () => resolveVersion(client, target, inputs, tools.log));
  if (found === undefined) return notFound(target, inputs, directory, tools);
  refuseContent(found, target, inputs, tools);
  await warnOfStrays(found, inputs, tools);
  const wanted = selectWanted(found, inputs, tools);
  const targets = await inspect(directory, wanted, inputs, tools);
  const missing = targets.filter(({ state }) => state !== 'same');
  const done = { target, found, directory, targets, inputs };
  if (inputs['dry-run']) return downloadResult(done, undefined);
  await requireSpace(directory, missing.reduce((sum, { file }) => sum + (file.size ?? 0), 0));
  await clearFolders(directory, targets);
  const fetched = await tools.log.group('Fetch', () => fetchAll(found.ref, missing, inputs, tools));
  tools.log.info(
    `${formatCount(missing.length, 'file')} fetched (${formatBytes(sizeOf(fetched))}), ${targets.length - missing.length} there already`,
  );
  return downloadResult(done, fetched);
}

function notFound(target: DownloadTarget, inputs: DownloadInputs, directory: string, tools: Tools): DownloadResult {
  const message = `The project ${target.connection.project} has no version ${inputs['package-version']} of the package ${target.packageName}`;
  const hint = 'Check name and version in the package registry of the project, and whether the publish has ended. Hidden versions and prereleases are passed over by latest and ranges.';
  if (inputs['if-not-found'] === 'error') throw new Failure('not-found', message, { hint });
  if (inputs['if-not-found'] === 'warn') tools.log.warn(`${message}. ${hint}`);
  else tools.log.info(message);
  return notFoundResult(target, inputs, directory);
}

/** Everything that refuses the whole version before anything is placed. */
function refuseContent({ ref, content }: ResolvedVersion, target: DownloadTarget, inputs: DownloadInputs, tools: Tools): void {
  const what = `${ref.name} ${ref.version}`;
  if (inputs['require-manifest'] && !content.hasManifest) {
    throw new Failure('not-found', `${what} has no manifest ${inputs.manifest ?? ''}, and require-manifest is true`, {
      hint: 'Nothing was fetched. The version is unfinished, or was not published with this tool.',
    });
  }
  if (target.expectedDigest !== undefined && target.expectedDigest !== content.digest) {
    throw new Failure('digest-mismatch', `${what} has the digest ${content.digest}, but expected-digest is ${target.expectedDigest}`, {
      hint: 'Nothing was fetched. The version is not the one that was meant, or it was changed since.',
    });
  }
  const names = content.files.map(({ name }) => name);
  const problems = nameProblems(names, { platform: tools.context.platform, direction: 'download' });
  if (problems.length === 0) return;
  throw new Failure('bad-name', `${what} is refused: ${formatCount(problems.length, 'name')} of ${names.length} cannot be placed safely`, {
    problems: problems.map(({ name, problem }) => `${name}: ${problem}`),
    hint: 'Nothing was fetched. The version was not made by a publisher to trust, or is not meant for this system.',
  });
}

/** What a manifest does not list is no part of the version, but worth a word. */
async function warnOfStrays({ ref, content }: ResolvedVersion, inputs: DownloadInputs, tools: Tools): Promise<void> {
  if (!content.hasManifest || inputs.manifest === undefined) return;
  const strays = await findStrays(ref, content, inputs.manifest);
  if (strays.length === 0) return;
  tools.log.warn(
    `${formatCount(strays.length, 'file')} in the registry are not listed by the manifest and were not fetched: ${strays.slice(0, 20).join(', ')}`,
  );
}

function selectWanted({ content }: ResolvedVersion, inputs: DownloadInputs, tools: Tools): readonly WantedFile[] {
  const { patterns } = parsePatterns(inputs.files, { platform: tools.context.platform });
  const selection = selectNames(patterns, content.files.map(({ name }) => name));
  for (const pattern of selection.unmatched) tools.log.warn(`The pattern ${pattern} matches no file of the version`);
  const names = new Set(selection.names);
  if (names.size === 0 && content.files.length > 0) {
    throw new Failure('no-files', `No file of the version matches: ${inputs.files.join(', ')}`, {
      problems: content.files.slice(0, 20).map(({ name }) => `the version has ${name}`),
      hint: 'Patterns are over the names in the package, from its root.',
    });
  }
  return content.files.filter(({ name }) => names.has(name));
}

async function inspect(
  directory: string,
  wanted: readonly WantedFile[],
  inputs: DownloadInputs,
  tools: Tools,
): Promise<readonly Target[]> {
  const { targets, problems } = await inspectTargets(directory, wanted, tools.signal);
  const kept = inputs.overwrite
    ? []
    : targets.filter(({ state }) => state === 'differs').map(({ file }) => `${file.name}: has other content here, and overwrite is false`);
  const all = [...problems, ...kept];
  if (all.length === 0) return targets;
  throw new Failure('local-file', `${formatCount(all.length, 'file')} cannot be placed in ${directory}`, {
    problems: all,
    hint: 'Nothing was fetched or changed. Choose another directory, or move these out of the way.',
  });
}

async function clearFolders(directory: string, targets: readonly Target[]): Promise<void> {
  const folders = new Set([directory, ...targets.map(({ path }) => dirname(path))]);
  for (const folder of folders) await clearLeftovers(folder, Date.now(), new Set());
}

type FetchedFiles = ReadonlyMap<string, Fetched>;

/** Fetches in parallel; when one file fails for good nothing new is started, and all that failed are named. */
async function fetchAll(
  ref: VersionRef,
  missing: readonly Target[],
  inputs: DownloadInputs,
  tools: Tools,
): Promise<FetchedFiles> {
  const limit = pLimit(inputs.concurrency);
  const progress = progressOf('download', missing.map(({ file }) => file), tools.log);
  const own = new Set<string>();
  const fetched = new Map<string, Fetched>();
  const failed: { name: string; failure: Failure }[] = [];
  await Promise.all(
    missing.map((target) =>
      limit(async () => {
        if (failed.length > 0 || tools.signal.aborted) return;
        const { name } = target.file;
        try {
          const { umask } = tools.context;
          fetched.set(name, await fetchFile({ client: ref.client, url: urlOf(ref, name), target, umask, own, onBytes: progress.bytes }));
          progress.file();
        } catch (error) {
          failed.push({ name, failure: asFailure(error) });
        }
      }),
    ),
  );
  tools.signal.throwIfAborted();
  refuseFailed(failed, missing.length);
  const unverified = [...fetched.values()].filter(({ verified }) => !verified).length;
  if (unverified > 0) tools.log.warn(`This GitLab tells no checksum of ${formatCount(unverified, 'file')}: only the size could be checked`);
  return fetched;
}

function refuseFailed(failed: readonly { name: string; failure: Failure }[], total: number): void {
  const first = failed[0]?.failure;
  if (first === undefined) return;
  throw new Failure(first.code, failed.length === 1 ? first.message : `${failed.length} of ${total} files could not be fetched. ${first.message}`, {
    problems: failed.map(({ name, failure }) => `${name}: ${failure.message}`),
    hint: `${first.hint ?? 'Run the same command again.'} What was fetched before is whole and will not be fetched again.`,
    cause: first,
  });
}

function sizeOf(fetched: FetchedFiles): number {
  return [...fetched.values()].reduce((sum, { size }) => sum + size, 0);
}

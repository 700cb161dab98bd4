/** One download, from the inputs to the outputs: read, decide, then carry out or, in a dry run, print. */
import { resolve } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { formatCount, formatNames } from '../../core/format.ts';
import { quoted } from '../../core/text.ts';
import { typedSwitch } from '../../definitions/naming.ts';
import { parseNamePatterns } from '../../core/patterns/patterns.ts';
import type { Tools } from '../../definitions/command.ts';
import type { Client } from '../../gitlab/types.ts';
import { findPrunable } from '../../transfer/local/prune.ts';
import { freeSpace, inspectTargets } from '../../transfer/local/targets.ts';
import { findStrays } from '../../transfer/remote/content.ts';
import { accounting } from '../../transfer/stopped.ts';
import { withClient } from '../shared/connection.ts';
import { logFileName } from '../shared/log-file.ts';
import { comparisonOf } from '../shared/progress.ts';
import { versionsThere } from '../shared/versions-there.ts';
import { bytesBegun, carryOutDownload, describeSteps, namesToDelete } from './carry-out.ts';
import {
  decideFiles,
  decideSteps,
  type DownloadRequest,
  type FileSelection,
  type LocalState,
  type DownloadRefusal,
} from './decide.ts';
import type { DownloadInputs, DownloadResult } from './inputs.ts';
import type { DownloadIntent } from './intent.ts';
import { resolveVersion, type ResolvedVersion } from './resolve.ts';
import { downloadResult, notFoundResult } from './result.ts';

/** So many names are shown in one warning. */
const MOST_NAMES = 20;

export function runDownload(inputs: DownloadInputs, tools: Tools, intent: DownloadIntent): Promise<DownloadResult> {
  return withClient(intent.connection, inputs, tools, (client) => downloadWith(client, intent, inputs, tools));
}

async function downloadWith(
  client: Client,
  intent: DownloadIntent,
  inputs: DownloadInputs,
  tools: Tools,
): Promise<DownloadResult> {
  const { log, context, record } = tools;
  record.about({ project: intent.connection.project, package: intent.packageName });
  const directory = resolve(context.cwd, inputs.directory);
  const found = await log.group('Checking what the registry has', () => resolveVersion(client, intent, inputs, tools));
  if (found === undefined) {
    await tellNotFound(client, intent, inputs, tools);
    return notFoundResult(intent, inputs, directory);
  }
  record.about({ package: found.ref.name, version: found.ref.version, digest: found.content.digest });
  const { expectedDigest } = intent;
  const { os, platform, umask } = context;
  if (found.content.isHidden === true)
    log.info(`${found.ref.name} ${found.ref.version} is hidden: its files were asked for by the names in files`);
  const request: DownloadRequest = { inputs, expectedDigest, os, platform, umask };
  const selection = unlessRefused(decideFiles(found, request));
  await warnOfStrays(found, inputs, tools);
  for (const pattern of selection.unmatched) log.warn(`The pattern ${pattern} matches no file of the version`);
  await refuseLogFile(selection, directory, inputs, context);
  const local = await readFolder(directory, selection, inputs, tools);
  const { steps } = unlessRefused(decideSteps(local, request));
  const done = { found, directory, targets: local.targets, inputs, platform: context.platform };
  const pruned = namesToDelete(steps).length;
  if (inputs['dry-run']) {
    describeSteps(steps, tools);
    return downloadResult({ ...done, fetched: undefined, pruned });
  }
  const { concurrency } = inputs;
  const work = { ref: found.ref, directory, targets: local.targets, own: selection.own, steps, concurrency, tools };
  const fetched = await carryOutDownload(work);
  if (!found.content.hasManifest) {
    const what = `${found.ref.name} ${found.ref.version}`;
    log.info(`${what} has no manifest: its files were checked against the registry's checksums only`);
  }
  return downloadResult({ ...done, fetched, pruned });
}

/** A file of the version would take the place of the file that `log-file` names. */
async function refuseLogFile(
  { placements }: FileSelection,
  directory: string,
  inputs: DownloadInputs,
  context: Tools['context'],
): Promise<void> {
  const name = await logFileName(inputs, directory, context);
  const taken = placements.find(({ place }) => place === name);
  if (taken === undefined) return;
  const file = quoted(taken.file.name);
  throw new Failure('conflict', `log-file: the version has a file ${file}, which would take the place of the log`, {
    hint: 'Nothing was fetched. Give `log-file` another name, or a place outside of `directory`.',
  });
}

function unlessRefused<T extends object>(decision: T | DownloadRefusal): T {
  if ('refusal' in decision) throw decision.refusal;
  return decision;
}

/** Looks at everything that the decision needs; changes nothing. */
async function readFolder(
  directory: string,
  { placements, own }: FileSelection,
  inputs: DownloadInputs,
  tools: Tools,
): Promise<LocalState> {
  const { signal, context } = tools;
  const left = placements.map(({ file }) => file.name);
  const caveat = 'The folder was not looked through to its end: what an earlier run has fetched may be there.';
  const account = { deed: 'fetched', done: 0, total: left.length, left, caveat };
  return accounting(signal, account, async () => {
    const progress = comparisonOf(
      placements.map(({ file }) => file),
      tools.log,
    );
    const events = { onBytes: progress.bytes, onFile: progress.file };
    const { targets, problems } = await inspectTargets(directory, placements, signal, events);
    const { patterns } = parseNamePatterns(inputs.files);
    const log = await logFileName(inputs, directory, context);
    const kept = log === undefined ? own : [...own, log];
    const prunable = inputs.prune ? await findPrunable(directory, patterns, kept, context.os) : [];
    signal.throwIfAborted();
    const begun = await bytesBegun(targets);
    return { directory, targets, problems, prunable, freeSpace: await freeSpace(directory), begun };
  });
}

/** What a manifest does not list is no part of the version, but worth a word. */
async function warnOfStrays(
  { ref, content }: ResolvedVersion,
  { manifest, part }: DownloadInputs,
  { log }: Tools,
): Promise<void> {
  if (!content.hasManifest || manifest === undefined || part !== undefined) return;
  const strays = await findStrays(ref, content, manifest);
  if (strays.length === 0) return;
  const count = formatCount(strays.length, 'file');
  log.warn(`${count} in the registry not listed by the manifest, and not fetched: ${formatNames(strays, MOST_NAMES)}`);
}

async function tellNotFound(
  client: Client,
  { connection: { project }, packageName, requested }: DownloadIntent,
  inputs: DownloadInputs,
  { log, context }: Tools,
): Promise<void> {
  const asked = inputs['package-version'];
  // A word and a range are no version's name.
  const isExact = requested.kind === 'exact';
  const message = isExact
    ? `The project ${project} has no version ${asked} of the package ${packageName}`
    : `The project ${project} has no version of the package ${packageName} that ${quoted(asked)} stands for`;
  const hint =
    'Check name and version in the package registry of the project, and whether the publish has ended. ' +
    '`latest`, `newest` and ranges do not see hidden versions, `latest` and ranges no prereleases.';
  if (inputs['if-not-found'] === 'error') {
    const { problems, prereleases } = await versionsThere(client, project, packageName, asked);
    const isPassedOver = prereleases > 0 && !isExact && requested.kind !== 'newest' && !inputs['include-prereleases'];
    const way = `To take a prerelease too, set ${typedSwitch('include-prereleases', true, context.platform)}. `;
    throw new Failure('not-found', message, { hint: (isPassedOver ? way : '') + hint, problems });
  }
  if (inputs['if-not-found'] === 'warn') log.warn(`${message}. ${hint}`);
  else log.info(message);
}

/** One download, from the inputs to the outputs: resolve, check, inspect, fetch, place. */
import { resolve } from 'node:path';
import { Failure } from '../../core/errors.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import { requireSpace, type Target } from '../../transfer/local/targets.ts';
import { accounting } from '../../transfer/stopped.ts';
import { connect } from '../shared/connection.ts';
import { versionsThere } from '../shared/versions-there.ts';
import type { DownloadTarget } from './plan.ts';
import { refuseContent, selectWanted, warnOfStrays } from './choose.ts';
import type { DownloadInputs, DownloadResult } from './inputs.ts';
import { fetchAll, inspect, pruneRest } from './place.ts';
import { resolveVersion } from './resolve.ts';
import { downloadResult, notFoundResult } from './result.ts';

export async function runDownload(
  inputs: DownloadInputs,
  tools: Tools,
  target: DownloadTarget,
): Promise<DownloadResult> {
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
  const found = await tools.log.group('Look at the registry', () => resolveVersion(client, target, inputs, tools));
  if (found === undefined) return notFound(client, target, inputs, directory, tools);
  refuseContent(found, target, inputs, tools);
  await warnOfStrays(found, inputs, tools);
  const wanted = selectWanted(found, inputs, tools);
  const caveat = 'The folder was not looked through to its end: what an earlier run has fetched may be there.';
  const ahead = { deed: 'fetched', done: 0, total: wanted.length, left: wanted.map(({ name }) => name), caveat };
  const targets = await accounting(tools.signal, ahead, () => inspect(directory, wanted, inputs, tools));
  const done = { found, directory, targets, inputs, platform: tools.context.platform };
  if (inputs['dry-run']) {
    const prunable = inputs.prune ? await pruneRest(directory, found.content, inputs, tools) : 0;
    return downloadResult({ ...done, fetched: undefined, pruned: prunable });
  }
  await requireSpace(directory, neededSpace(targets));
  const fetched = await tools.log.group('Fetch', () => fetchAll(found.ref, directory, targets, inputs, tools));
  const pruned = inputs.prune ? await pruneRest(directory, found.content, inputs, tools) : 0;
  if (!found.content.hasManifest)
    tools.log.info(
      `${found.ref.name} ${found.ref.version} has no manifest: its files were checked against the registry's checksums only`,
    );
  return downloadResult({ ...done, fetched, pruned });
}

function neededSpace(targets: readonly Target[]): number {
  return targets.filter(({ state }) => state !== 'same').reduce((sum, { file }) => sum + (file.size ?? 0), 0);
}

async function notFound(
  client: Client,
  target: DownloadTarget,
  inputs: DownloadInputs,
  directory: string,
  tools: Tools,
): Promise<DownloadResult> {
  const { project } = target.connection;
  const message = `The project ${project} has no version ${inputs['package-version']} of the package ${target.packageName}`;
  const hint =
    'Check name and version in the package registry of the project, and whether the publish has ended. Hidden versions and prereleases are passed over by latest and ranges.';
  if (inputs['if-not-found'] === 'error') {
    throw new Failure('not-found', message, {
      hint,
      problems: await versionsThere(client, project, target.packageName, inputs['package-version']),
    });
  }
  if (inputs['if-not-found'] === 'warn') tools.log.warn(`${message}. ${hint}`);
  else tools.log.info(message);
  return notFoundResult(target, inputs, directory);
}

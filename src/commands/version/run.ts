/** One version, from the inputs to the outputs: find what it is based on, name it, settle the number, compare. */
import { isInLine, isStable, nameVersion, notLatest, type Named, type Version } from '../../core/versions/index.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Log, Tools } from '../../definitions/command.ts';
import { withClient } from '../shared/connection.ts';
import { findBase, type BaseVersion } from './base-version.ts';
import { baseRefusal, initialDoubt } from './decide.ts';
import { findOwnNumber, settleNumber, type VersionWork } from './free-number.ts';
import type { VersionInputs, VersionResult } from './inputs.ts';
import { baseOutside, leavesLine, otherBranchDoubt } from './line-rules.ts';
import type { VersionIntent } from './intent.ts';
import { publishedVersions } from './published-versions.ts';
import { versionResult } from './result.ts';

export function runVersion(inputs: VersionInputs, tools: Tools, intent: VersionIntent): Promise<VersionResult> {
  tools.record.about({ project: intent.connection.project, package: intent.packageName });
  return withClient(intent.connection, inputs, tools, (client) => workOut(client, intent, inputs, tools));
}

async function workOut(
  client: Client,
  intent: VersionIntent,
  inputs: VersionInputs,
  tools: Tools,
): Promise<VersionResult> {
  const { log, context } = tools;
  const { platform } = context;
  const published = publishedVersions(client, intent.connection.project, intent.packageName);
  const work = { intent, client, published, log, platform };
  const base = await findBase(work, inputs, tools);
  tellBase(base, log);
  const version = await settle(work, base);
  const visible = isStable(version) ? await published.visible() : [];
  const doubts = [
    otherBranchDoubt(intent, version, context.ref, platform),
    base.version === undefined ? initialDoubt(intent, visible, platform) : undefined,
  ];
  for (const doubt of doubts) if (doubt !== undefined) log.warn(doubt);
  tools.record.about({ version: version.text });
  return versionResult(intent, base, version, notLatest(version, visible));
}

/** A pipeline that has reserved a number keeps it, also where none follows any more from what is there. */
async function settle(work: VersionWork, base: BaseVersion): Promise<Version> {
  const { intent, platform } = work;
  const outside = baseOutside(base, intent, platform);
  if (outside !== undefined) throw outside;
  const named = nameVersion(intent.naming, base.version);
  if (!('problem' in named)) return inLine(await settleNumber(work, checked(named, work)), work);
  const own = await findOwnNumber(work);
  if (own === undefined) throw baseRefusal(named, intent, base, platform);
  return inLine(own, work);
}

/** Before any number is reserved. */
function checked(named: Named, work: VersionWork): Named {
  inLine(named.version, work);
  return named;
}

function inLine(version: Version, { intent: { line }, platform }: VersionWork): Version {
  if (line !== undefined && !isInLine(version, line)) throw leavesLine(version, line, platform);
  return version;
}

function tellBase({ version, where, doubt }: BaseVersion, log: Log): void {
  if (version !== undefined) log.info(`Based on ${version.text}, from ${where}`);
  else if (doubt === undefined) log.info(`No version to build on in ${where}`);
  else log.warn(`No version to build on in ${where}: ${doubt}`);
}

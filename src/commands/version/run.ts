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
import type { VersionPlan } from './plan.ts';
import { publishedVersions } from './published-versions.ts';
import { versionResult } from './result.ts';

export function runVersion(inputs: VersionInputs, tools: Tools, plan: VersionPlan): Promise<VersionResult> {
  tools.record.about({ project: plan.connection.project, package: plan.packageName });
  return withClient(plan.connection, inputs, tools, (client) => workOut(client, plan, inputs, tools));
}

async function workOut(client: Client, plan: VersionPlan, inputs: VersionInputs, tools: Tools): Promise<VersionResult> {
  const { log, context } = tools;
  const { platform } = context;
  const published = publishedVersions(client, plan.connection.project, plan.packageName);
  const work = { plan, client, published, log, platform };
  const base = await findBase(work, inputs, tools);
  tellBase(base, log);
  const version = await settle(work, base);
  const visible = isStable(version) ? await published.visible() : [];
  const doubts = [
    otherBranchDoubt(plan, version, context.ref, platform),
    base.version === undefined ? initialDoubt(plan, visible, platform) : undefined,
  ];
  for (const doubt of doubts) if (doubt !== undefined) log.warn(doubt);
  tools.record.about({ version: version.text });
  return versionResult(plan, base, version, notLatest(version, visible));
}

/** A pipeline that has reserved a number keeps it, also where none follows any more from what is there. */
async function settle(work: VersionWork, base: BaseVersion): Promise<Version> {
  const { plan, platform } = work;
  const outside = baseOutside(base, plan, platform);
  if (outside !== undefined) throw outside;
  const named = nameVersion(plan.naming, base.version);
  if (!('problem' in named)) return inLine(await settleNumber(work, checked(named, work)), work);
  const own = await findOwnNumber(work);
  if (own === undefined) throw baseRefusal(named, plan, base, platform);
  return inLine(own, work);
}

/** Before any number is reserved. */
function checked(named: Named, work: VersionWork): Named {
  inLine(named.version, work);
  return named;
}

function inLine(version: Version, { plan: { line }, platform }: VersionWork): Version {
  if (line !== undefined && !isInLine(version, line)) throw leavesLine(version, line, platform);
  return version;
}

function tellBase({ version, where, doubt }: BaseVersion, log: Log): void {
  if (version !== undefined) log.info(`Based on ${version.text}, from ${where}`);
  else if (doubt === undefined) log.info(`No version to build on in ${where}`);
  else log.warn(`No version to build on in ${where}: ${doubt}`);
}

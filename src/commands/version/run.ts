/** One version, from the inputs to the outputs: find what it is based on, name it, settle the number, compare. */
import { isLatest, isStable, nameVersion, type Version } from '../../core/versions/index.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Platform } from '../../definitions/context.ts';
import type { Log, Tools } from '../../definitions/command.ts';
import { withClient } from '../shared/connection.ts';
import { findBase, type BaseVersion } from './base-version.ts';
import { baseRefusal, initialDoubt } from './decide.ts';
import { findOwnNumber, settleNumber, type VersionWork } from './free-number.ts';
import type { VersionInputs, VersionResult } from './inputs.ts';
import type { VersionPlan } from './plan.ts';
import { publishedVersions } from './published-versions.ts';
import { versionResult } from './result.ts';

export function runVersion(inputs: VersionInputs, tools: Tools, plan: VersionPlan): Promise<VersionResult> {
  tools.record.about({ project: plan.connection.project, package: plan.packageName });
  return withClient(plan.connection, inputs, tools, (client) => workOut(client, plan, inputs, tools));
}

async function workOut(client: Client, plan: VersionPlan, inputs: VersionInputs, tools: Tools): Promise<VersionResult> {
  const { log } = tools;
  const { platform } = tools.context;
  const published = publishedVersions(client, plan.connection.project, plan.packageName);
  const work = { plan, client, published, log };
  const base = await findBase(work, inputs, tools);
  tellBase(base, log);
  const version = await settle(work, base, platform);
  const visible = isStable(version) ? await published.visible() : [];
  const latest = isLatest(version, visible);
  const doubt = base.version === undefined ? initialDoubt(plan, visible, platform) : undefined;
  if (doubt !== undefined) log.warn(doubt);
  tools.record.about({ version: version.text });
  return versionResult(plan, base, version, latest);
}

/** A pipeline that has reserved a number keeps it, also where none follows any more from what is there. */
async function settle(work: VersionWork, base: BaseVersion, platform: Platform): Promise<Version> {
  const named = nameVersion(work.plan.naming, base.version);
  if (!('problem' in named)) return settleNumber(work, named);
  const own = await findOwnNumber(work);
  if (own === undefined) throw baseRefusal(named, work.plan, base, platform);
  return own;
}

function tellBase({ version, where, doubt }: BaseVersion, log: Log): void {
  if (version !== undefined) log.info(`Based on ${version.text}, from ${where}`);
  else if (doubt === undefined) log.info(`No version to build on in ${where}`);
  else log.warn(`No version to build on in ${where}: ${doubt}`);
}

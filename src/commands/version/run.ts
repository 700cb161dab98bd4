/** One version, from the inputs to the outputs: find what to count from, name, settle the number, compare. */
import { Failure } from '../../core/errors.ts';
import { compareVersions, highestStable, isLatest, isStable, nameVersion } from '../../core/versions/index.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput, typedSetting } from '../../definitions/naming.ts';
import type { Log, Problem, Tools } from '../../definitions/command.ts';
import { connect } from '../shared/connection.ts';
import type { VersionPlan } from './plan.ts';
import { findBase, type Found } from './base-version.ts';
import type { VersionInputs, VersionResult } from './inputs.ts';
import { findOwnNumber, settleNumber } from './free-number.ts';
import { publishedOf } from './published-versions.ts';
import { versionResult } from './result.ts';

export async function runVersion(inputs: VersionInputs, tools: Tools, plan: VersionPlan): Promise<VersionResult> {
  const client = await connect(plan.connection, inputs, tools);
  try {
    return await workOut(plan, client, inputs, tools);
  } finally {
    client.close();
  }
}

async function workOut(plan: VersionPlan, client: Client, inputs: VersionInputs, tools: Tools): Promise<VersionResult> {
  const published = publishedOf(client, plan.connection.project, plan.packageName);
  const found = await findBase(plan, client, published, inputs, tools);
  tellBase(found, tools.log);
  const named = nameVersion(plan.naming, found.version);
  const version =
    'problem' in named
      ? ((await findOwnNumber(plan, client, tools.log)) ?? fail(named, plan, found, tools.context.platform))
      : await settleNumber(plan, named, client, published, tools.log);
  const visible = isStable(version) ? await published.visible() : [];
  const latest = isLatest(version, visible);
  const doubt = found.version === undefined ? initialDoubt(plan, visible, tools.context.platform) : undefined;
  if (doubt !== undefined) tools.log.warn(doubt);
  return versionResult(plan, found, version, latest);
}

function tellBase({ version, where, doubt }: Found, log: Log): void {
  if (version !== undefined) log.info(`Counted from ${version.text}, ${where}`);
  else if (doubt === undefined) log.info(`Nothing to count from in ${where}`);
  else log.warn(`Nothing to count from in ${where}: ${doubt}`);
}

/** The first version of a package that has later ones: what was counted from has gone, or was never named right. */
function initialDoubt(
  { naming, packageName, variable }: VersionPlan,
  visible: readonly string[],
  platform: Platform,
): string | undefined {
  const { initial } = naming;
  const highest = highestStable(visible);
  if (initial === undefined || highest === undefined || compareVersions(initial, highest) >= 0) return undefined;
  const lost =
    variable === undefined
      ? `no tag was found: check ${typedInput('tag-prefix', platform)}`
      : `the CI/CD variable ${variable.key} is missing: it may have been deleted, or be misspelt`;
  return `${typedSetting('initial-version', initial.text, platform)} is lower than ${packageName} ${highest.text}, which is unchanged, and ${lost}`;
}

function fail(
  { input, problem }: Problem,
  { variable }: VersionPlan,
  { version, where, doubt: told }: Found,
  platform: Platform,
): never {
  const code = input === 'initial-version' ? 'not-found' : 'conflict';
  const doubt =
    told ??
    (variable === undefined || version !== undefined
      ? undefined
      : 'it does not exist. It may be misspelt, or have been deleted');
  const looked = `Looked in ${where}${doubt === undefined ? '' : `: ${doubt}`}`;
  throw new Failure(code, `${typedInput(input, platform)}: ${problem}`, { problems: [looked] });
}

/** One version, from the inputs to the outputs: find what to count from, name, settle the number, compare. */
import { Failure } from '../../core/errors.ts';
import { isLatest, isStable, nameVersion, type Named } from '../../core/versions.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../spec/verb.ts';
import { connect } from '../connection.ts';
import { readVersion, type VersionPlan } from './check.ts';
import { findBase, type Found } from './found.ts';
import type { VersionInputs, VersionResult } from './inputs.ts';
import { settleNumber } from './number.ts';
import { publishedOf } from './published.ts';
import { versionResult } from './result.ts';

export async function runVersion(inputs: VersionInputs, tools: Tools): Promise<VersionResult> {
  const { plan, problems } = readVersion(inputs, tools.context);
  if (plan === undefined) throw new Failure('usage', problems[0]?.problem ?? 'nothing to work out');
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
  tools.log.info(found.version === undefined ? `Nothing to count from in ${found.where}` : `Counted from ${found.version.text}, ${found.where}`);
  const named = name(plan, found);
  const version = await settleNumber(plan, named, client, published, tools.log);
  const latest = isStable(version) && isLatest(version, await published.visible());
  return versionResult(plan, found, version, latest);
}

function name(plan: VersionPlan, found: Found): Named {
  const named = nameVersion(plan.naming, found.version);
  if (!('problem' in named)) return named;
  const code = named.input === 'initial-version' ? 'not-found' : 'conflict';
  throw new Failure(code, `${named.input}: ${named.problem}`, { problems: [`Looked in ${found.where}`] });
}

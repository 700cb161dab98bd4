/** One release, from the inputs to the outputs: look at the version, then make the release what it should be. */
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import { withClient } from '../shared/connection.ts';
import type { ReleasePlan } from './plan.ts';
import { findWanted } from './files.ts';
import type { ReleaseInputs, ReleaseResult } from './inputs.ts';
import { notesOn } from './warnings.ts';
import { releaseResult } from './result.ts';
import { settleRelease } from './carry-out.ts';

export async function runRelease(inputs: ReleaseInputs, tools: Tools, plan: ReleasePlan): Promise<ReleaseResult> {
  const { log, record } = tools;
  record.about({ project: plan.connection.project, package: plan.packageName, version: plan.version.version });
  log.info(`${plan.tag}: ${plan.packageName} ${plan.version.version} (version ${plan.version.from})`);
  if (inputs['description-file'] !== undefined && plan.notes === undefined)
    log.warn('description-file is empty: the release gets no text from it');
  return withClient(plan.connection, inputs, tools, (client) => release(client, plan, inputs, tools));
}

async function release(
  client: Client,
  plan: ReleasePlan,
  inputs: ReleaseInputs,
  { log }: Tools,
): Promise<ReleaseResult> {
  const wanted = await log.group('Checking what the registry has', () => findWanted(client, plan, inputs, log));
  const settled = await log.group('Release', () => settleRelease({ client, plan, wanted, log }));
  for (const note of notesOn(plan, inputs, settled)) log.warn(note);
  return releaseResult(plan, wanted, settled);
}

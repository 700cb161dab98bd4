/** One release, from the inputs to the outputs: look at the version, then make the release what it should be. */
import { quoted } from '../../core/text.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import { withClient } from '../shared/connection.ts';
import type { ReleasePlan } from './plan.ts';
import { findWanted } from './files.ts';
import type { ReleaseInputs, ReleaseResult } from './inputs.ts';
import { findRef } from './made-from.ts';
import { notesInput } from './notes.ts';
import { manyLinksNote, notesOn } from './warnings.ts';
import { releaseResult } from './result.ts';
import { settleRelease } from './carry-out.ts';

export async function runRelease(inputs: ReleaseInputs, tools: Tools, plan: ReleasePlan): Promise<ReleaseResult> {
  const { log, record } = tools;
  record.about({ project: plan.connection.project, package: plan.packageName, version: plan.version.version });
  log.info(`${plan.tag}: ${plan.packageName} ${plan.version.version} (version ${plan.version.from})`);
  const source = notesInput(inputs);
  if (source !== 'description' && plan.notes === undefined)
    log.warn(
      source === 'changelog'
        ? `The section of ${quoted(plan.version.version)} in \`changelog\` is empty: the release gets no text from it`
        : 'description-file is empty: the release gets no text from it',
    );
  return withClient(plan.connection, inputs, tools, (client) => release(client, plan, inputs, tools));
}

async function release(client: Client, plan: ReleasePlan, inputs: ReleaseInputs, tools: Tools): Promise<ReleaseResult> {
  const { log, context } = tools;
  const wanted = await log.group('Checking what the registry has', () => findWanted(client, plan, inputs, tools));
  const many = manyLinksNote(wanted.length, context.platform);
  if (many !== undefined) log.warn(many);
  const settled = await log.group('Release', async () => {
    const ref = await findRef({ client, plan, platform: context.platform, log });
    return settleRelease({ client, plan, ref, wanted, log });
  });
  for (const note of notesOn(plan, inputs, settled)) log.warn(note);
  return releaseResult(plan, wanted, settled);
}

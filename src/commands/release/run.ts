/** One release, from the inputs to the outputs: look at the version, then make the release what it should be. */
import { quoted } from '../../core/text.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import { withClient } from '../shared/connection.ts';
import type { ReleaseIntent } from './intent.ts';
import { findWanted } from './files.ts';
import type { ReleaseInputs, ReleaseResult } from './inputs.ts';
import { findRef } from './made-from.ts';
import { notesInput } from './notes.ts';
import { manyLinksNote, notesOn } from './warnings.ts';
import { plannedResult, releaseResult } from './result.ts';
import { describeRelease } from './dry-run.ts';
import { settleRelease } from './carry-out.ts';

export async function runRelease(inputs: ReleaseInputs, tools: Tools, intent: ReleaseIntent): Promise<ReleaseResult> {
  const { log, record } = tools;
  record.about({ project: intent.connection.project, package: intent.packageName, version: intent.version.version });
  log.info(`${intent.tag}: ${intent.packageName} ${intent.version.version} (version ${intent.version.from})`);
  const source = notesInput(inputs);
  if (source !== 'description' && intent.notes === undefined)
    log.warn(
      source === 'changelog'
        ? `The section of ${quoted(intent.version.version)} in \`changelog\` is empty: the release gets no text from it`
        : 'description-file is empty: the release gets no text from it',
    );
  return withClient(intent.connection, inputs, tools, (client) => release(client, intent, inputs, tools));
}

async function release(
  client: Client,
  intent: ReleaseIntent,
  inputs: ReleaseInputs,
  tools: Tools,
): Promise<ReleaseResult> {
  const { log, context } = tools;
  const wanted = await log.group('Checking what the registry has', () => findWanted(client, intent, inputs, tools));
  const many = manyLinksNote(wanted.length, context.platform);
  if (many !== undefined) log.warn(many);
  const { platform } = context;
  const workOf = async () => ({ client, intent, ref: await findRef({ client, intent, platform, log }), wanted, log });
  if (inputs['dry-run']) {
    const planned = await log.group('Release', async () => describeRelease(await workOf(), platform));
    return plannedResult(intent, wanted, planned);
  }
  const settled = await log.group('Release', async () => settleRelease(await workOf()));
  for (const note of notesOn(intent, inputs, settled)) log.warn(note);
  return releaseResult(intent, wanted, settled);
}

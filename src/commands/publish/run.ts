/** One publish, from the inputs to the outputs: select, look, decide, carry out. */
import { formatCount } from '../../core/format.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import type { LocalFile } from '../../transfer/model.ts';
import { accounting } from '../../transfer/stopped.ts';
import type { VersionRef } from '../../transfer/remote/stored-version.ts';
import { withClient } from '../shared/connection.ts';
import { carryOut } from './carry-out.ts';
import { decidePublish, type Asked, type PublishPlan } from './decide.ts';
import { gather, type Gathered } from './gather.ts';
import type { PublishInputs, PublishResult } from './inputs.ts';
import { sealName, type PublishTarget } from './plan.ts';
import { describeLocalFiles, describePlan } from './plan-text.ts';
import { refusalFailure } from './messages.ts';
import { emptyResult, publishResult } from './result.ts';
import { selectLocal } from './select.ts';

const NEVER_FETCHED =
  '`latest` is a version that `download` never fetches: it takes `latest` as the highest stable ' +
  'semantic version. Publish under a version of its own, such as 1.2.3';

export async function runPublish(inputs: PublishInputs, tools: Tools, target: PublishTarget): Promise<PublishResult> {
  tools.log.info(`${target.packageName} ${target.version.version} (version ${target.version.from})`);
  if (target.version.version === 'latest') tools.log.warn(NEVER_FETCHED);
  tools.record.about({
    project: target.connection.project,
    package: target.packageName,
    version: target.version.version,
  });
  const files = await selectLocal(inputs, tools);
  if (files.length === 0 && inputs.parts.length === 0) return emptyResult(inputs, target);
  if (target.connection.credential === undefined) {
    tools.log.info('Without a token the registry was not asked: this plan knows the local files only');
    return describeLocalFiles({ inputs, target, tools }, files);
  }
  return withClient(target.connection, inputs, tools, (client) => publishTo({ client, target, files, inputs, tools }));
}

interface Publishing {
  readonly client: Client;
  readonly target: PublishTarget;
  readonly files: readonly LocalFile[];
  readonly inputs: PublishInputs;
  readonly tools: Tools;
}

async function publishTo({ client, target, files, inputs, tools }: Publishing): Promise<PublishResult> {
  const ref: VersionRef = {
    client,
    project: target.connection.project,
    name: target.packageName,
    version: target.version.version,
  };
  const caveat = 'The registry was not read to its end: what an earlier run has sent may be there.';
  const ahead = { deed: 'published', done: 0, total: files.length, left: files.map(({ name }) => name), caveat };
  const gathered = await tools.log.group('Checking what the registry has', () =>
    accounting(tools.signal, ahead, () => gather({ ref, files, parts: target.parts, inputs }, tools)),
  );
  const plan = decide(ref, gathered, inputs);
  for (const warning of plan.warnings) tools.log.warn(warning);
  if (plan.keepsPublished) tools.log.info(differencesText(gathered));
  if (inputs['dry-run']) return describePlan({ inputs, target, tools }, plan, gathered);
  const job = { ref, plan, gathered, inputs, tools };
  const outcome = await tools.log.group('Publish', () => carryOut(job));
  tools.record.about({ digest: outcome.digest });
  return publishResult(job, target, outcome);
}

function decide(ref: VersionRef, { facts }: Gathered, inputs: PublishInputs): PublishPlan {
  const asked: Asked = {
    ifExists: inputs['if-exists'],
    status: inputs.status,
    isPart: inputs.part !== undefined,
    manifestName: inputs.manifest === undefined ? undefined : sealName(inputs),
    checksumsName: inputs.checksums,
  };
  const decision = decidePublish(facts, asked);
  if ('plan' in decision) return decision.plan;
  throw refusalFailure(`${ref.name} ${ref.version}`, decision.refusal, inputs.manifest);
}

function differencesText({ facts }: Gathered): string {
  const count = facts.compared.filter(({ state }) => state !== 'same').length + facts.others.length;
  if (count === 0) return "The published version has this run's files";
  return `The published version is kept: ${formatCount(count, 'file')} of this run and of the version differ`;
}

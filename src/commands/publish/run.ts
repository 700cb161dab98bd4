/** One publish, from the inputs to the outputs: select, check, look, decide, send, seal. */
import { Failure } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import { decidePublish, type PublishPlan } from './decide.ts';
import { type LocalFile } from '../../transfer/model.ts';
import { sendPayload } from '../../transfer/send.ts';
import { accounting, type Account } from '../../transfer/stopped.ts';
import type { VersionRef } from '../../transfer/remote/stored-version.ts';
import { connect } from '../shared/connection.ts';
import { progressOf } from '../shared/progress.ts';
import type { PublishTarget } from './plan.ts';
import { describePlan } from './dry-run.ts';
import { gather, inheritedStates, modesDiffer, storedOnly, type Gathered } from './gather.ts';
import type { PublishInputs, PublishResult } from './inputs.ts';
import { emptyResult, publishResult, type Published } from './result.ts';
import { seal, sealName } from './seal.ts';
import { selectLocal } from './select.ts';

const NEVER_FETCHED =
  '`latest` is a version that `download` never fetches: it takes `latest` as the highest stable semantic version. Publish under a version of its own, such as 1.2.3';

export async function runPublish(inputs: PublishInputs, tools: Tools, target: PublishTarget): Promise<PublishResult> {
  tools.log.info(`${target.packageName} ${target.version.version} (version ${target.version.from})`);
  if (target.version.version === 'latest') tools.log.warn(NEVER_FETCHED);
  const files = await selectLocal(inputs, tools);
  if (files.length === 0 && inputs.parts.length === 0) return emptyResult(inputs, target);
  if (target.connection.credential === undefined) {
    tools.log.info('Without a token the registry was not asked: this plan knows the local files only');
    return describePlan(inputs, target, files, tools);
  }
  const client = await connect(target.connection, inputs, tools);
  try {
    return await publishTo(client, target, files, inputs, tools);
  } finally {
    client.close();
  }
}

async function publishTo(
  client: Client,
  target: PublishTarget,
  files: readonly LocalFile[],
  inputs: PublishInputs,
  tools: Tools,
): Promise<PublishResult> {
  const ref: VersionRef = {
    client,
    project: target.connection.project,
    name: target.packageName,
    version: target.version.version,
  };
  const caveat = 'The registry was not read to its end: what an earlier run has sent may be there.';
  const ahead = { deed: 'published', done: 0, total: files.length, left: files.map(({ name }) => name), caveat };
  const gathered = await tools.log.group('Look at the registry', () =>
    accounting(tools.signal, ahead, () => gather(ref, files, target.parts, inputs, tools)),
  );
  const plan = decide(ref, gathered, inputs);
  for (const warning of plan.warnings) tools.log.warn(warning);
  if (inputs['dry-run'])
    return describePlan(inputs, target, files, tools, { plan, gathered, leaving: storedOnly(gathered, inputs) });
  const published = await tools.log.group('Publish', () =>
    accounting(tools.signal, lastStep(plan, gathered, inputs), () => send(ref, plan, gathered, inputs, tools)),
  );
  return publishResult(inputs, target, ref, published, tools);
}

function decide(ref: VersionRef, gathered: Gathered, inputs: PublishInputs): PublishPlan {
  const { view, compared } = gathered;
  refuseForeignManifest(ref, gathered, inputs.manifest);
  const decision = decidePublish({
    standing: view.standing,
    listed: view.listed,
    hidden: view.hidden === true,
    tellsStatus: view.tellsStatus === true,
    ifExists: inputs['if-exists'],
    compared,
    inherited: inheritedStates(gathered),
    storedOnly: storedOnly(gathered, inputs),
    modesDiffer: modesDiffer(gathered),
    writesManifest: inputs.manifest !== undefined,
    status: inputs.status,
    part: inputs.part !== undefined,
  });
  if ('plan' in decision) return decision.plan;
  const what = `${ref.name} ${ref.version}`;
  if (decision.refusal === 'exists') {
    throw new Failure('conflict', `${what} is published already, and if-exists is fail`, {
      problems: decision.problems,
      hint: 'Nothing was sent. Publish under a new version, or use if-exists: verify.',
    });
  }
  throw new Failure(
    'conflict',
    `${what} is published already with other files: ${formatCount(decision.problems.length, 'difference')}`,
    {
      problems: decision.problems,
      hint: 'Nothing was sent, for a published version is never changed by accident. Publish under a new version, or say so with if-exists: replace or append.',
    },
  );
}

/** A visible file that has the manifest's name and is none: writing over it would change what others fetch. */
function refuseForeignManifest(ref: VersionRef, { view }: Gathered, manifest: string | undefined): void {
  if (manifest === undefined || view.standing !== 'visible' || view.files?.has(manifest) !== true) return;
  throw new Failure('conflict', `${ref.name} ${ref.version} has a file ${manifest} that is no manifest of this tool`, {
    hint: 'Nothing was sent. Name the manifest otherwise with the input manifest, or publish under a new version.',
  });
}

/** What is left to do when every file but the one that ends it all is there. */
function lastStep(plan: PublishPlan, { compared }: Gathered, inputs: PublishInputs): Account {
  const lastFile = plan.seal === 'last-file' ? plan.send.slice(-1).map(({ name }) => name) : [];
  const left = plan.seal === 'manifest' || plan.seal === 'reveal' ? [sealName(inputs)] : lastFile;
  return { deed: 'published', done: compared.length - lastFile.length, total: compared.length, left };
}

async function send(
  ref: VersionRef,
  plan: PublishPlan,
  gathered: Gathered,
  inputs: PublishInputs,
  tools: Tools,
): Promise<Published> {
  const progress = progressOf('publish', plan.send, tools.log);
  const sent = await sendPayload(ref, plan, inputs.concurrency, tools.signal, {
    onFile: progress.file,
    onBytes: progress.bytes,
    onUnverified: (names) => {
      tools.log.warn(
        `This GitLab tells no checksum of ${formatCount(names.length, 'file')}: only the size could be compared`,
      );
    },
  });
  const published = await seal(ref, plan, gathered, sent, inputs, tools);
  const { files, uploaded } = published;
  const bytes = files.filter(({ name }) => uploaded.has(name)).reduce((total, { size }) => total + size, 0);
  tools.log.info(
    `${formatCount(uploaded.size, 'file')} sent (${formatBytes(bytes)}), ${files.length - uploaded.size} unchanged`,
  );
  return published;
}

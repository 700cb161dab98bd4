/** One publish, from the inputs to the outputs: select, look, decide, carry out. */
import { formatCount } from '../../core/format.ts';
import { olderGitlabProblem } from '../../core/names/newer-characters.ts';
import { harmless, quoted } from '../../core/text.ts';
import { spelledOtherwise } from '../../core/versions/index.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import type { Platform } from '../../definitions/context.ts';
import type { LocalFile } from '../../transfer/model.ts';
import { accounting } from '../../transfer/stopped.ts';
import type { VersionRef } from '../../transfer/remote/stored-version.ts';
import { withClient } from '../shared/connection.ts';
import type { NamedVersion } from '../shared/package.ts';
import { carryOutPublish } from './carry-out.ts';
import { decidePublish } from './decide.ts';
import { gather, type Gathered } from './remote/gather.ts';
import type { PublishInputs, PublishResult } from './inputs.ts';
import { sealName, type PublishIntent } from './intent.ts';
import { describeLocalFiles, describePlan } from './plan-text.ts';
import { olderGitlabFailure, publishRefusalFailure } from './messages.ts';
import { emptyResult, publishResult } from './result.ts';
import type { Asked, PublishPlan } from './steps.ts';
import { selectLocal } from './local/select.ts';

const WORDS: Readonly<Record<string, string>> = { latest: 'the highest stable version', newest: 'the one made last' };

const SEVERAL_JOBS =
  '`CI_NODE_TOTAL` says that several jobs run this, and `part` is not given: the first of them completes the ' +
  'version, and the others fail if they have other files. Give each job a `part`, and complete the version in one ' +
  'more job with `parts`';

export async function runPublish(inputs: PublishInputs, tools: Tools, intent: PublishIntent): Promise<PublishResult> {
  tools.log.info(`${intent.packageName} ${intent.version.version} (version ${intent.version.from})`);
  tools.record.about({
    project: intent.connection.project,
    package: intent.packageName,
    version: intent.version.version,
  });
  for (const warning of versionWarnings(intent.version)) tools.log.warn(warning);
  if (severalJobsWithoutPart(inputs, tools.context)) tools.log.warn(SEVERAL_JOBS);
  const files = await selectLocal(intent.local, inputs, tools);
  if (files.length === 0 && inputs.parts.length === 0 && inputs.part === undefined) return emptyResult(inputs, intent);
  refuseOlderGitlab(files, intent, tools.context);
  if (intent.connection.credential === undefined) {
    tools.log.info('Without a token the registry was not asked: this plan knows the local files only');
    return describeLocalFiles({ inputs, intent, tools }, files);
  }
  return withClient(intent.connection, inputs, tools, (client) => publishTo({ client, intent, files, inputs, tools }));
}

/** In a job of this very GitLab its version tells beforehand what it would refuse. */
function refuseOlderGitlab(
  files: readonly LocalFile[],
  { connection }: PublishIntent,
  { job }: Tools['context'],
): void {
  const { serverVersion, serverUrl } = job ?? {};
  if (serverVersion === undefined || serverUrl === undefined || !URL.canParse(serverUrl)) return;
  if (new URL(serverUrl).origin !== connection.api.origin) return;
  const problems = files.flatMap(({ name }) => {
    const problem = olderGitlabProblem(name, serverVersion);
    return problem === undefined ? [] : [`${harmless(name)}: ${problem}`];
  });
  if (problems.length > 0) throw olderGitlabFailure(serverVersion, problems);
}

function versionWarnings({ version, from, note }: NamedVersion): readonly string[] {
  const never = neverFetched(version);
  if (never !== undefined) return [never];
  if (note !== undefined) return [note];
  const plain = from === 'given' && version.startsWith('v') ? spelledOtherwise(version) : undefined;
  return plain === undefined ? [] : [givenWithV(version, plain)];
}

function givenWithV(version: string, plain: string): string {
  return (
    `\`package-version\` is ${quoted(version)}, and the \`v\` becomes part of the version: addresses and ` +
    `\`download\` need it too. Give ${quoted(plain)}, or the tag as \`tag\``
  );
}

/** GitLab's `parallel` makes jobs of one name that each publish the same version. */
function severalJobsWithoutPart({ part, parts }: PublishInputs, { job }: Tools['context']): boolean {
  return Number(job?.parallelJobs ?? 1) > 1 && part === undefined && parts.length === 0;
}

/** Of a version whose name `download` takes for a word. */
function neverFetched(version: string): string | undefined {
  const meaning = Object.hasOwn(WORDS, version) ? WORDS[version] : undefined;
  if (meaning === undefined) return undefined;
  return (
    `\`${version}\` is a version that \`download\` never fetches: it takes the word for ${meaning}. Publish under a ` +
    'version of its own, such as 1.2.3'
  );
}

interface Publishing {
  readonly client: Client;
  readonly intent: PublishIntent;
  readonly files: readonly LocalFile[];
  readonly inputs: PublishInputs;
  readonly tools: Tools;
}

async function publishTo({ client, intent, files, inputs, tools }: Publishing): Promise<PublishResult> {
  const ref: VersionRef = {
    client,
    project: intent.connection.project,
    name: intent.packageName,
    version: intent.version.version,
  };
  const caveat = 'The registry was not read to its end: what an earlier run has sent may be there.';
  const ahead = { deed: 'published', done: 0, total: files.length, left: files.map(({ name }) => name), caveat };
  const gathered = await tools.log.group('Checking what the registry has', () =>
    accounting(tools.signal, ahead, () => gather({ ref, files, parts: intent.parts, inputs }, tools)),
  );
  const plan = decide(ref, gathered, inputs, tools.context.platform);
  for (const warning of [...gathered.warnings, ...plan.warnings]) tools.log.warn(warning);
  if (plan.keepsPublished) tools.log.info(differencesText(gathered));
  if (inputs['dry-run']) return describePlan({ inputs, intent, tools }, plan, gathered);
  const job = { ref, plan, gathered, inputs, tools };
  const outcome = await tools.log.group('Publish', () => carryOutPublish(job));
  tools.record.about({ digest: outcome.digest });
  return publishResult(job, intent, outcome);
}

function decide(ref: VersionRef, { facts }: Gathered, inputs: PublishInputs, platform: Platform): PublishPlan {
  const asked: Asked = {
    ifExists: inputs['if-exists'],
    status: inputs.status,
    isPart: inputs.part !== undefined,
    manifestName: inputs.manifest === undefined ? undefined : sealName(inputs),
    checksumsName: inputs.checksums,
    mayBeEmpty: inputs['if-no-files-found'] !== 'error',
  };
  const decision = decidePublish(facts, asked);
  if ('plan' in decision) return decision.plan;
  throw publishRefusalFailure(decision.refusal, { ref, manifest: inputs.manifest, platform });
}

function differencesText({ facts }: Gathered): string {
  const count = facts.compared.filter(({ state }) => state !== 'same').length + facts.others.length;
  if (count === 0) return "The published version has this run's files";
  return `The published version is kept. Differences between it and this run: ${formatCount(count, 'file')}`;
}

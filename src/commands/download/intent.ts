/** What a download is asked for, and every problem of it that can be seen without asking the network. */
import { resolve } from 'node:path';
import { parseDigest } from '../../core/digest.ts';
import { parseRequested, type RequestedVersion } from '../../core/versions/index.ts';
import { isInside } from '../../core/links.ts';
import { quoted } from '../../core/text.ts';
import type { Context } from '../../definitions/context.ts';
import type { Prepared, Problem } from '../../definitions/command.ts';
import { FROM_PIPELINE } from '../../definitions/parse.ts';
import { findPruneRefusal } from '../../transfer/local/prune.ts';
import { findConnection, type Connection } from '../shared/connection.ts';
import { intentFrom, type Finding } from '../shared/findings.ts';
import { findPackageName, isOwnProject, otherThanTag, versionOfTag } from '../shared/package.ts';
import { manifestProblems, namePatternProblems } from '../shared/names-check.ts';
import type { DownloadInputs } from './inputs.ts';

/** What is to be fetched. */
export interface DownloadIntent {
  readonly connection: Connection;
  readonly packageName: string;
  readonly requested: Exclude<RequestedVersion, { kind: 'from-pipeline' }>;
  readonly expectedDigest: string | undefined;
}

/** Prepares the intent from inputs and context. */
export async function prepareDownload(inputs: DownloadInputs, context: Context): Promise<Prepared<DownloadIntent>> {
  const findings = {
    connection: findConnection(inputs, context),
    packageName: findDownloadName(inputs, context),
    requested: await findRequested(inputs, context),
    expectedDigest: await findDigest(inputs, context),
  };
  const problems = [
    ...manifestProblems(inputs.manifest, context),
    ...namePatternProblems(inputs.files),
    ...needlessManifest(inputs),
    ...directoryProblems(inputs, context),
    ...(await pruneProblems(inputs, context)),
  ];
  return intentFrom(findings, problems, (values) => values);
}

/** In a GitLab job the name of another project's package is never guessed. */
function findDownloadName(inputs: DownloadInputs, context: Context): Finding<string> {
  const guessing = inputs['package-name'] === undefined && context.job !== undefined;
  if (guessing && !isOwnProject(inputs.project, context)) {
    return { problem: { input: 'package-name', problem: "is required when `project` is not this job's own" } };
  }
  return findPackageName(inputs, context);
}

async function findRequested(inputs: DownloadInputs, context: Context): Promise<Finding<DownloadIntent['requested']>> {
  if (inputs.tag === undefined) return findUntagged(inputs, context);
  const tagged = versionOfTag(inputs.tag, inputs);
  if ('problem' in tagged) return tagged;
  const { version } = tagged.value;
  // `latest` is what stands there when nothing is given.
  if (inputs['package-version'] === 'latest') return { value: { kind: 'exact', version } };
  const found = await findUntagged(inputs, context);
  if ('problem' in found || ('version' in found.value && found.value.version === version)) return found;
  const asked = 'version' in found.value ? found.value.version : undefined;
  return { problem: otherThanTag(inputs.tag, version, asked ?? inputs['package-version']) };
}

async function findUntagged(inputs: DownloadInputs, context: Context): Promise<Finding<DownloadIntent['requested']>> {
  const parsed = parseRequested(inputs['package-version']);
  if ('problem' in parsed) return { problem: { input: 'package-version', problem: parsed.problem } };
  if (parsed.kind !== 'from-pipeline') return { value: parsed };
  const prefix = inputs['output-prefix'] ?? '';
  const fromVersion = (await context.pipelineValues('version', prefix))?.version ?? '';
  const fromPublish = (await context.pipelineValues('publish', prefix))?.['package-version'] ?? '';
  const version = fromVersion === '' ? fromPublish : fromVersion;
  if (version === '') {
    return notFromPipeline('package-version', 'no `version` or `publish` job of this pipeline', 'version');
  }
  return { value: { kind: 'exact', version } };
}

async function findDigest(inputs: DownloadInputs, context: Context): Promise<Finding<string | undefined>> {
  const given = inputs['expected-digest'];
  if (given === undefined) return { value: undefined };
  if (given !== FROM_PIPELINE) {
    if (parseDigest(given) !== undefined) return { value: given };
    const problem = `must be \`sha256:\` and 64 hexadecimal digits, but is ${quoted(given)}`;
    return { problem: { input: 'expected-digest', problem } };
  }
  const digest = (await context.pipelineValues('publish', inputs['output-prefix'] ?? ''))?.digest;
  if (digest === undefined || parseDigest(digest) === undefined) {
    return notFromPipeline('expected-digest', 'no `publish` job of this pipeline', 'digest');
  }
  return { value: digest };
}

function notFromPipeline(input: string, job: string, what: string): { problem: Problem } {
  return {
    problem: {
      input,
      problem:
        `is \`from-pipeline\`, but ${job} passed a ${what} to this job. Name that job in \`needs\`, with its ` +
        'artifacts',
    },
  };
}

/** The component makes `directory` the job's artifact: the project's own folder would pass on the whole checkout. */
function directoryProblems(inputs: DownloadInputs, { platform, cwd, job }: Context): readonly Problem[] {
  if (platform !== 'gitlab') return [];
  const directory = resolve(cwd, inputs.directory);
  if (!isInside(directory, resolve(job?.projectFolder ?? cwd)) && !isInside(directory, cwd)) return [];
  const problem =
    `${quoted(inputs.directory)} is the project's folder or one above it, and all of it would become the job's ` +
    'artifact. Give a folder of its own, such as `generic-packages`';
  return [{ input: 'directory', problem }];
}

/** Wrong usage, before any request: what could delete must never be pointed at a place that matters. */
async function pruneProblems(inputs: DownloadInputs, context: Context): Promise<readonly Problem[]> {
  if (!inputs.prune) return [];
  if (inputs.part !== undefined) {
    return [
      {
        input: 'prune',
        problem: 'cannot be true together with `part`: a part does not tell what the whole version has',
      },
    ];
  }
  const directory = resolve(context.cwd, inputs.directory);
  const { home, workspace, job } = context;
  const refusal = await findPruneRefusal(directory, { home, workspace, projectFolder: job?.projectFolder });
  return refusal === undefined
    ? []
    : [{ input: 'prune', problem: `is refused, for the directory ${directory} ${refusal}` }];
}

function needlessManifest(inputs: DownloadInputs): readonly Problem[] {
  if (!inputs['require-manifest'] || inputs.manifest !== undefined) return [];
  return [{ input: 'require-manifest', problem: 'cannot be true together with `manifest: none`' }];
}

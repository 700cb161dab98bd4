/** One publish, from the inputs to the outputs: select, check, look, decide, send, seal. */
import { Failure } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../spec/verb.ts';
import { compareFiles, lookAt, type VersionView } from '../../transfer/look.ts';
import { createManifest, manifestDigest, renderManifest } from '../../transfer/manifest.ts';
import {
  decidePublish,
  manifestEntry,
  storedOnlyNames,
  type Compared,
  type LocalFile,
  type PublishPlan,
} from '../../transfer/publish-plan.ts';
import { sendManifest, sendPayload } from '../../transfer/send.ts';
import type { VersionRef } from '../../transfer/stored-version.ts';
import { connect } from '../connection.ts';
import { progressOf } from '../progress.ts';
import { readPublish, type PublishTarget } from './check.ts';
import type { PublishInputs, PublishResult } from './index.ts';
import { selectLocal } from './select.ts';
import { describePlan, emptyResult, publishResult, type Published } from './result.ts';

export async function runPublish(inputs: PublishInputs, tools: Tools): Promise<PublishResult> {
  const { target, problems } = await readPublish(inputs, tools.context);
  if (target === undefined) throw new Failure('usage', problems[0]?.problem ?? 'nothing to publish to');
  tools.log.info(`${target.packageName} ${target.version.version} (version ${target.version.from})`);
  const files = await selectLocal(inputs, tools);
  if (files.length === 0) return emptyResult(inputs, target);
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
  const { view, compared } = await tools.log.group('Look at the registry', async () => {
    const seen = await lookAt(ref, inputs.manifest);
    return { view: seen, compared: await compareFiles(ref, seen, files, tools.signal) };
  });
  const plan = decide(ref, view, compared, inputs);
  for (const warning of plan.warnings) tools.log.warn(warning);
  if (inputs['dry-run']) return describePlan(inputs, target, files, tools, { plan, view });
  const published = await tools.log.group('Publish', () => send(ref, plan, view, inputs, tools));
  return publishResult(inputs, target, ref, published, tools);
}

function decide(
  ref: VersionRef,
  view: VersionView,
  compared: readonly Compared[],
  inputs: PublishInputs,
): PublishPlan {
  refuseForeignManifest(ref, view, inputs.manifest);
  const stored = view.manifest?.manifest.files.map(({ name }) => name) ?? view.files?.keys() ?? [];
  const decision = decidePublish({
    standing: view.standing,
    listed: view.listed,
    ifExists: inputs['if-exists'],
    compared,
    storedOnly: storedOnlyNames(stored, compared.map(({ file }) => file)),
    writesManifest: inputs.manifest !== undefined,
    status: inputs.status,
  });
  if ('plan' in decision) return decision.plan;
  const what = `${ref.name} ${ref.version}`;
  if (decision.refusal === 'exists') {
    throw new Failure('conflict', `${what} is published already, and if-exists is fail`, {
      hint: 'Nothing was sent. Publish under a new version, or use if-exists: skip.',
    });
  }
  throw new Failure('conflict', `${what} is published already with other files: ${formatCount(decision.problems.length, 'difference')}`, {
    problems: decision.problems,
    hint: 'Nothing was sent, for a published version is never changed by accident. Publish under a new version.',
  });
}

/** A visible file that has the manifest's name and is none: writing over it would change what others fetch. */
function refuseForeignManifest(ref: VersionRef, view: VersionView, manifest: string | undefined): void {
  if (manifest === undefined || view.standing !== 'visible' || view.files?.has(manifest) !== true) return;
  throw new Failure('conflict', `${ref.name} ${ref.version} has a file ${manifest} that is no manifest of this tool`, {
    hint: 'Nothing was sent. Name the manifest otherwise with the input manifest, or publish under a new version.',
  });
}

async function send(
  ref: VersionRef,
  plan: PublishPlan,
  view: VersionView,
  inputs: PublishInputs,
  tools: Tools,
): Promise<Published> {
  const progress = progressOf('publish', plan.send, tools.log);
  const sent = await sendPayload(ref, plan, inputs.concurrency, tools.signal, {
    onFile: progress.file,
    onBytes: progress.bytes,
    onUnverified: (names) => {
      tools.log.warn(`This GitLab tells no checksum of ${formatCount(names.length, 'file')}: only the size could be compared`);
    },
  });
  const entries = [
    ...plan.keep.map(({ file, sha256 }) => manifestEntry(file, sha256 ?? '')),
    ...plan.send.map((file) => manifestEntry(file, sent.get(file.name) ?? '')),
  ];
  const manifest = createManifest({ name: ref.name, version: ref.version }, entries);
  const published = { plan, view, files: manifest.files };
  if (plan.seal !== 'manifest' || inputs.manifest === undefined) {
    return { ...published, digest: view.manifest?.digest ?? '' };
  }
  tools.signal.throwIfAborted();
  const bytes = renderManifest(manifest);
  await sendManifest(ref, inputs.manifest, bytes, plan.sealStatus);
  tools.log.info(
    `${formatCount(plan.send.length, 'file')} sent (${formatBytes(sum(plan.send))}), ${plan.keep.length} there already; manifest written`,
  );
  return { ...published, digest: manifestDigest(bytes) };
}

function sum(files: readonly { readonly size: number }[]): number {
  return files.reduce((total, { size }) => total + size, 0);
}

/** The end of a publish: the checksums file, the manifest that makes the version whole, and what it leaves behind. */
import type { Tools } from '../../spec/verb.ts';
import { formatCount } from '../../core/format.ts';
import { compareFiles } from '../../transfer/look.ts';
import { createManifest, manifestDigest, renderManifest, type ManifestFile } from '../../transfer/manifest.ts';
import { isPartManifest, partManifestName } from '../../transfer/parts.ts';
import { manifestEntry, type LocalFile, type PublishPlan } from '../../transfer/publish-plan.ts';
import { sendFile, type Sent } from '../../transfer/send.ts';
import { bytesSource } from '../../transfer/source.ts';
import { readManifest, type VersionRef } from '../../transfer/stored-version.ts';
import { sweepVersion } from '../../transfer/sweep.ts';
import { checksumsFile } from './checksums.ts';
import type { Gathered } from './gather.ts';
import type { PublishInputs } from './inputs.ts';
import type { Published } from './result.ts';

export async function seal(
  ref: VersionRef,
  plan: PublishPlan,
  gathered: Gathered,
  sent: Sent,
  inputs: PublishInputs,
  tools: Tools,
): Promise<Published> {
  const uploaded = new Set(sent.keys());
  const entries = [
    ...plan.keep.map(({ file, sha256 }) => manifestEntry(file, sha256 ?? '')),
    ...plan.send.map((file) => manifestEntry(file, sent.get(file.name) ?? '')),
    ...gathered.inherited,
  ];
  const checksums = await sendChecksums(ref, plan, gathered, entries, inputs, tools);
  if (checksums?.sent === true) uploaded.add(checksums.entry.name);
  const manifest = createManifest(
    { name: ref.name, version: ref.version },
    checksums === undefined ? entries : [...entries, checksums.entry],
  );
  const { standing } = gathered.view;
  const published = { view: gathered.view, uploaded, files: manifest.files, sealed: plan.seal === 'manifest', finished: inputs.part === undefined || standing === 'finished' };
  if (inputs.part === undefined && (plan.seal !== 'manifest' || inputs.manifest === undefined)) {
    return { ...published, digest: gathered.view.manifest?.digest ?? '' };
  }
  const bytes = renderManifest(manifest);
  const digest = manifestDigest(bytes);
  tools.signal.throwIfAborted();
  if (plan.seal === 'manifest') await writeManifest(ref, plan, bytes, digest, inputs);
  if (plan.sweep) await sweep(ref, manifest.files, inputs, tools);
  return { ...published, digest };
}

/** Of a hidden version; a visible one had its checksums file among the files that were compared. */
async function sendChecksums(
  ref: VersionRef,
  plan: PublishPlan,
  { view }: Gathered,
  entries: readonly ManifestFile[],
  inputs: PublishInputs,
  tools: Tools,
): Promise<{ entry: ManifestFile; sent: boolean } | undefined> {
  if (inputs.checksums === undefined || view.standing === 'visible' || view.standing === 'finished') return undefined;
  const file: LocalFile = checksumsFile(inputs.checksums, entries);
  const entry = manifestEntry(file, await file.source.sha256());
  const [compared] = await compareFiles(ref, view, [file], tools.signal);
  if (compared?.state === 'same') return { entry, sent: false };
  await sendFile(ref, file, plan.payloadStatus);
  return { entry, sent: true };
}

/** A part's manifest that is there already with the same bytes is not written again. */
async function writeManifest(
  ref: VersionRef,
  plan: PublishPlan,
  bytes: Buffer,
  digest: string,
  inputs: PublishInputs,
): Promise<void> {
  const name = inputs.part === undefined ? inputs.manifest : partManifestName(inputs.part);
  if (name === undefined) return;
  if (inputs.part !== undefined && (await readManifest(ref, name))?.digest === digest) return;
  await sendFile(ref, { name, source: bytesSource(bytes) }, plan.sealStatus);
}

async function sweep(
  ref: VersionRef,
  files: readonly ManifestFile[],
  inputs: PublishInputs,
  tools: Tools,
): Promise<void> {
  const keep = new Set([...files.map(({ name }) => name), inputs.manifest ?? '']);
  const { deleted, left } = await sweepVersion(ref, (name) => keep.has(name) || isPartManifest(name), tools.signal);
  if (deleted > 0) tools.log.info(`${formatCount(deleted, 'older file')} deleted`);
  if (left === 0) return;
  tools.log.warn(`${formatCount(left, 'older file')} stay behind the newer ones: this token may not delete them, for that takes the Maintainer role`);
}

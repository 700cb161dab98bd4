/** The end of a publish: the checksums file, the manifest that makes the version whole, and what it leaves behind. */
import type { Context } from '../../definitions/context.ts';
import type { Tools } from '../../definitions/command.ts';
import { formatCount } from '../../core/format.ts';
import type { PackageRow } from '../../gitlab/api/packages.ts';
import { compareFiles, type VersionView } from '../../transfer/remote/version-state.ts';
import {
  createManifest,
  manifestDigest,
  NO_ORIGIN,
  renderManifest,
  sameContents,
  type Manifest,
  type ManifestFile,
  type Origin,
} from '../../transfer/remote/manifest.ts';
import { isPartManifest, partManifestName } from '../../transfer/remote/parts.ts';
import { leftBehind } from './warnings.ts';
import { type PublishPlan } from './decide.ts';
import { manifestEntry, type LocalFile } from '../../transfer/model.ts';
import { sendFile, type Sent } from '../../transfer/send.ts';
import type { CheckScope } from '../../transfer/remote/served.ts';
import { bytesSource } from '../../transfer/local/source.ts';
import { accounting } from '../../transfer/stopped.ts';
import { mayList, peekByName, readManifest, type VersionRef } from '../../transfer/remote/stored-version.ts';
import { sweepVersion } from '../../transfer/remote/delete-rows.ts';
import { checksumsFile } from './checksums.ts';
import { confirmSealed, type Own } from './confirm.ts';
import type { Gathered } from './gather.ts';
import type { PublishInputs } from './inputs.ts';
import type { Published } from './result.ts';

/** So many names are asked for without a reason. */
const HANDFUL = 100;
/** So many bytes are fetched without a reason. */
const SMALL_BYTES = 16 * 1024 * 1024;

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
  if (checksums?.sent === true) uploaded.add(checksums.file.name);
  const made = createManifest(
    { name: ref.name, version: ref.version },
    originOf(tools.context),
    checksums === undefined ? entries : [...entries, checksums.entry],
  );
  const { view } = gathered;
  const published = {
    view,
    uploaded,
    replaced: new Set(plan.replaces),
    files: made.files,
    sealed: plan.seal === 'manifest',
    revealed: plan.reveals,
    complete: inputs.part === undefined || view.standing === 'complete',
  };
  const kept = await keptDigest(ref, plan, gathered, made, inputs);
  if (kept !== undefined) return { ...published, digest: kept };
  tools.signal.throwIfAborted();
  // One that stands already is sent as it is: its digest is known to others.
  const manifest = plan.seal === 'reveal' ? (view.manifest?.manifest ?? made) : made;
  const bytes = renderManifest(manifest);
  const digest = manifestDigest(bytes);
  const sealFile = { name: sealName(inputs), source: bytesSource(bytes) };
  const scope = await confirmScope(ref, gathered, inputs);
  const { packageId } = await sendFile(ref, sealFile, plan.sealStatus);
  const files = [
    ...plan.send,
    ...plan.keep.map(({ file }) => file),
    ...(checksums === undefined ? [] : [checksums.file]),
  ];
  const own: Own = {
    seal: { name: sealFile.name, size: bytes.length, digest, manifest, packageId },
    sealFile,
    files,
    scope,
  };
  const count = gathered.compared.length;
  const row = await accounting(tools.signal, { deed: 'published', done: count, total: count, left: [] }, async () => {
    // A part is checked by the run that completes the version.
    const confirmed = inputs.part === undefined ? await confirmSealed(ref, own, inputs, tools) : undefined;
    if (plan.sweep) await sweep(ref, manifest.files, inputs, tools);
    // Of a visible version the plan has told them already.
    else if (view.standing !== 'visible')
      for (const warning of leftBehind(confirmed?.strays ?? [])) tools.log.warn(warning);
    return confirmed?.row;
  });
  return { ...published, view: { ...view, ...placeOf(row) }, digest };
}

/**
 * A list tells in two requests that all is well. Without one each name has to be asked for: that is done
 * for a handful of files, and for more where another run has left its marks. Large files are not fetched
 * to see what this run has just sent, nor is what the runs of other parts have checked.
 */
async function confirmScope(ref: VersionRef, { compared }: Gathered, inputs: PublishInputs): Promise<CheckScope> {
  if (mayList(ref.client) && inputs.status !== 'hidden') return 'content';
  if (inputs.parts.length > 0) return 'sizes';
  if (compared.some(({ state }) => state !== 'missing')) return 'content';
  if (compared.length <= HANDFUL) return totalSize(compared) <= SMALL_BYTES ? 'content' : 'sizes';
  return (await peekByName(ref, sealName(inputs))) === undefined ? 'manifest' : 'content';
}

function totalSize(compared: Gathered['compared']): number {
  return compared.reduce((bytes, { file }) => bytes + file.size, 0);
}

/** Where the version's page is, if lists show it. */
function placeOf(row: PackageRow | undefined): Pick<VersionView, 'packageId' | 'webPath'> {
  if (row?.webPath === undefined) return {};
  return { packageId: row.id, webPath: row.webPath };
}

/** The manifest that this run ends with: the version's, or its part's. */
export function sealName(inputs: PublishInputs): string {
  return inputs.part === undefined ? (inputs.manifest ?? '') : partManifestName(inputs.part);
}

/** Digest of the manifest that stands and stays; undefined when one is to be written. */
async function keptDigest(
  ref: VersionRef,
  plan: PublishPlan,
  { view }: Gathered,
  manifest: Manifest,
  inputs: PublishInputs,
): Promise<string | undefined> {
  const standing = view.manifest?.digest ?? '';
  if (inputs.part === undefined) return plan.seal === 'manifest' || plan.seal === 'reveal' ? undefined : standing;
  if (plan.seal === 'nothing') return standing;
  const stored = view.standing === 'new' ? undefined : await readManifest(ref, sealName(inputs));
  return stored !== undefined && sameContents(stored.manifest, manifest) ? stored.digest : undefined;
}

/** What a job builds; at a terminal nothing says so. */
function originOf({ platform, build, ref }: Context): Origin {
  if (platform === 'terminal') return NO_ORIGIN;
  return { project: build?.repositoryUrl ?? '', commit: ref.commit ?? '', ref: ref.full ?? '' };
}

/** Of a hidden version; a visible one had its checksums file among the files that were compared. */
async function sendChecksums(
  ref: VersionRef,
  plan: PublishPlan,
  { view }: Gathered,
  entries: readonly ManifestFile[],
  inputs: PublishInputs,
  tools: Tools,
): Promise<{ file: LocalFile; entry: ManifestFile; sent: boolean } | undefined> {
  if (inputs.checksums === undefined || view.standing === 'visible' || view.standing === 'complete') return undefined;
  const file: LocalFile = checksumsFile(inputs.checksums, entries);
  const entry = manifestEntry(file, await file.source.sha256());
  const [compared] = await compareFiles(ref, view, [file], tools.signal);
  if (compared?.state === 'same') return { file, entry, sent: false };
  await sendFile(ref, file, plan.payloadStatus);
  return { file, entry, sent: true };
}

async function sweep(
  ref: VersionRef,
  files: readonly ManifestFile[],
  inputs: PublishInputs,
  tools: Tools,
): Promise<void> {
  const keep = new Set([...files.map(({ name }) => name), inputs.manifest ?? '']);
  const keeps = (name: string): boolean => keep.has(name) || isPartManifest(name);
  const { deleted, left } = await sweepVersion(ref, keeps, tools.signal);
  for (const name of new Set(deleted))
    tools.log.info(keeps(name) ? `deleted: an older copy of ${name}` : `deleted: ${name}`);
  if (left === 0) return;
  tools.log.warn(
    `${formatCount(left, 'older file')} stay behind the newer ones: this token may not delete them, for that takes the Maintainer role`,
  );
}

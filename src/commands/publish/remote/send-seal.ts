/** The steps that seal a version: the checksums file, the manifest, and what shows a version that was hidden. */
import { bytesSource } from '../../../transfer/local/source.ts';
import { createManifest, manifestDigest, renderManifest } from '../../../transfer/remote/manifest.ts';
import { visibleMarkerName } from '../../../transfer/remote/records.ts';
import type { VersionRef } from '../../../transfer/remote/stored-version.ts';
import { sendAgain, sendChecked, trySendAgain, type SendFile } from '../../../transfer/send.ts';
import { checksumsFile } from '../checksums.ts';
import { buildOrigin } from '../origin.ts';
import { comparedOf, entriesOf, fileRow, noteSent, type RunState } from '../run-state.ts';
import type { PublishStep } from '../steps.ts';
import { chooseScope } from './confirm.ts';

export async function sendChecksums(run: RunState, step: Extract<PublishStep, { kind: 'checksums' }>): Promise<void> {
  const file = step.file ?? checksumsFile(step.name, entriesOf(run));
  const { sha256 } = await sendChecked(run.job.ref, file, step.status);
  run.own.push(file);
  run.job.tools.record.file({ ...fileRow(file, sha256), status: step.replaces ? 'replaced' : 'uploaded' });
  noteSent(run, file, sha256, step.replaces);
}

export async function sendManifest(run: RunState, step: Extract<PublishStep, { kind: 'manifest' }>): Promise<void> {
  const { ref, tools } = run.job;
  const manifest = createManifest(ref, buildOrigin(tools.context), entriesOf(run));
  const bytes = renderManifest(manifest);
  const file = { name: step.name, source: bytesSource(bytes) };
  // A part is checked by the run that completes the version.
  const scope = run.job.inputs.part === undefined ? await chooseScope(run.job, comparedOf(run), step.name) : 'manifest';
  const { packageId, sha256 } = await sendChecked(ref, file, step.status);
  tools.record.file({ name: step.name, size: bytes.length, sha256, status: 'uploaded' });
  run.sealed = { file, manifest, size: bytes.length, digest: manifestDigest(bytes), packageId, isNew: true, scope };
}

/** The version's, or this part's. */
export function storedManifest(run: RunState, name: string): SendFile {
  const { facts, partManifest } = run.job.gathered;
  const manifest = run.job.inputs.part === undefined ? facts.state.manifest : partManifest;
  return { name, source: bytesSource(Buffer.from(manifest?.bytes ?? [])) };
}

/** Where GitLab refuses to store the name twice, one that says nothing but this carries the status. */
export async function reveal(run: RunState, step: Extract<PublishStep, { kind: 'reveal' }>): Promise<void> {
  const { ref, gathered, tools } = run.job;
  const { manifest: stored } = gathered.facts.state;
  const file = step.file ?? storedManifest(run, step.name);
  if (step.file === undefined && stored !== undefined) {
    const { manifest, digest, bytes } = stored;
    const scope = await chooseScope(run.job, comparedOf(run), step.name);
    run.sealed = { file, manifest, size: bytes.length, digest, packageId: undefined, isNew: false, scope };
  }
  if (await trySendAgain(ref, file, 'default')) return;
  if (!step.unlessVisible) {
    await sendMarker(ref);
    return;
  }
  tools.log.warn(
    'GitLab refuses to store a name twice here, and this token may not list: whether the version is ' +
      'visible could not be seen, and was not changed',
  );
}

const MOST_MARKERS = 99;

async function sendMarker(ref: VersionRef): Promise<void> {
  const source = bytesSource(Buffer.from('{"visible": true}\n'));
  for (let count = 1; count < MOST_MARKERS; count += 1) {
    if (await trySendAgain(ref, { name: visibleMarkerName(count), source }, 'default')) return;
  }
  await sendAgain(ref, { name: visibleMarkerName(MOST_MARKERS), source }, 'default');
}

/** The last look at a version that this run has published: what others have overwritten meanwhile is sent again. */
import { Failure } from '../../../core/errors.ts';
import { formatCount, formatNames } from '../../../core/format.ts';
import type { Tools } from '../../../definitions/command.ts';
import type { PackageRow } from '../../../gitlab/api/packages.ts';
import { runBatch } from '../../../transfer/batch.ts';
import type { Compared, LocalFile } from '../../../transfer/model.ts';
import type { Manifest, ManifestFile } from '../../../transfer/remote/manifest.ts';
import { isRecordName } from '../../../transfer/remote/records.ts';
import { checkServed, type CheckScope } from '../../../transfer/remote/served.ts';
import { mayList, peekByName, type VersionRef } from '../../../transfer/remote/stored-version.ts';
import { readStoredFiles, unlessHidden, type VersionState } from '../../../transfer/remote/version-state.ts';
import { findVersionRow } from '../../../transfer/remote/version-row.ts';
import { sendAgain, sendChecked, type SendFile } from '../../../transfer/send.ts';
import type { PublishInputs } from '../inputs.ts';
import { areFewAndSmall, HANDFUL } from './few-files.ts';

const MOST_ROUNDS = 4;
/** Milliseconds that another run of this version is given to end and to show it. */
const PATIENCE_MS = 1000;

/** The manifest that a version ends with, and that this run sent. */
export interface Sealed {
  readonly file: SendFile;
  readonly manifest: Manifest;
  readonly size: number;
  readonly digest: string;
  /** If the answer to its upload told. */
  readonly packageId: number | undefined;
  /** False: it stood there before, and was sent again for its status. */
  readonly isNew: boolean;
  readonly scope: CheckScope;
}

interface Look {
  readonly ref: VersionRef;
  readonly inputs: PublishInputs;
  readonly tools: Tools;
}

/** The version as lists show it, if they do, and names beside this run's. */
interface Confirmed {
  readonly row: PackageRow | undefined;
  readonly strays: readonly string[];
}

interface SealedLook extends Look {
  readonly sealed: Sealed;
  /** What this run can send again. */
  readonly files: readonly LocalFile[];
}

/**
 * Sees to it that the version serves what its manifest says, and is shown. GitLab serves the newest
 * row of a name, so uploads that arrive late (of a run that was killed, or of another one at the same
 * time) stand before ours, and as `hidden` they hide the version. Throws `conflict` when another run's
 * manifest has taken the place of ours, or when there is no end to it.
 */
export async function confirmServed(look: SealedLook): Promise<Confirmed> {
  const { ref, inputs, tools, sealed } = look;
  const rules = { concurrency: inputs.concurrency, signal: tools.signal, deed: 'checked' };
  const mustShow = inputs.status === 'default' && mayList(ref.client);
  const seal = { ...sealed, name: sealed.file.name };
  for (let round = 1; ; round += 1) {
    const { row, wrong, strays } = await checkServed(ref, seal, sealed.scope, rules);
    const unlisted = mustShow && row === undefined;
    if (wrong.length === 0 && !unlisted) return { row, strays };
    if (wrong.includes(seal.name)) throw overtaken(ref, 'its manifest is that run’s now', []);
    if (round === MOST_ROUNDS && wrong.length > 0) {
      throw overtaken(ref, `it sent ${formatCount(wrong.length, 'file')} of the same name`, wrong);
    }
    if (round === MOST_ROUNDS) throw staysHidden(ref);
    if (wrong.length > 0) await restore(look, wrong, unlisted);
    else if (round === 1) await ref.client.policy.sleep(PATIENCE_MS, tools.signal);
    if (unlisted && (wrong.length > 0 || round > 1)) await sendAgain(ref, sealed.file, 'default');
  }
}

/** The same without a manifest: the version is shown, unless it is to be hidden or no list can be read. */
export async function confirmShown(
  look: Look & { readonly last: SendFile | undefined; readonly files: readonly ManifestFile[] },
): Promise<Confirmed> {
  const { ref, inputs, tools, last } = look;
  const { client } = ref;
  if (inputs.status === 'hidden' || !mayList(client)) return { row: undefined, strays: [] };
  for (let round = 1; ; round += 1) {
    const row = await findVersionRow(ref);
    if (row !== undefined) return { row, strays: await straysOf(look, row) };
    if (round === MOST_ROUNDS) throw staysHidden(ref);
    if (round === 1) await client.policy.sleep(PATIENCE_MS, tools.signal);
    else if (last !== undefined) await sendAgain(ref, last, 'default');
  }
}

async function straysOf(
  { ref, files }: { readonly ref: VersionRef; readonly files: readonly ManifestFile[] },
  row: PackageRow,
): Promise<readonly string[]> {
  const own = new Set(files.map(({ name }) => name));
  const there = (await unlessHidden(() => readStoredFiles(ref, row.id))) ?? new Map<string, unknown>();
  return [...there.keys()].filter((name) => !own.has(name) && !isRecordName(name)).sort();
}

function staysHidden({ name, version }: VersionRef): Failure {
  return new Failure('conflict', `${name} ${version} is complete, and GitLab still hides it`, {
    hint:
      'Another run of the same version may be under way, or a proxy takes `status` out of the address. Let one run ' +
      'at a time publish a version, then run the same command again.',
  });
}

/**
 * After a part: a version that was completed while the part was sent has other content now than its manifest says.
 * True where lists show the version all the same, for this GitLab hides none.
 */
export async function confirmPart({ ref, inputs }: Look, state: VersionState): Promise<boolean> {
  const { name, version } = ref;
  const completed = inputs.manifest === undefined ? undefined : await peekByName(ref, inputs.manifest);
  if (completed !== undefined && state.manifest === undefined) {
    throw new Failure('conflict', `${name} ${version} was completed by another run while this part was sent`, {
      hint: 'Let the run with `parts` wait for all jobs of parts, and publish all parts under a new version.',
    });
  }
  return (await findVersionRow(ref)) !== undefined;
}

/** Files that another `append` has added in the meantime: this run's manifest does not list them. */
export function addedMeanwhile({ name, version }: VersionRef, names: readonly string[]): Failure {
  return new Failure('conflict', `${name} ${version} got other files from another run at the same time`, {
    problems: names.map((file) => `${file}: is there, and this run's manifest does not list it`),
    hint: "This run's files are published. Let one run at a time append to a version, and run the other one again.",
  });
}

/**
 * How much of a version is asked for once its manifest is sent; to be called before. A list tells in two
 * requests that all is well. Without one each name has to be asked for: that is done for a handful of files,
 * and for more where another run has left its marks. Large files are not fetched to see what this run has
 * just sent, nor is what the runs of other parts have checked.
 */
export async function chooseScope(
  { ref, inputs }: Look,
  compared: readonly Compared[],
  manifestName: string,
): Promise<CheckScope> {
  if (mayList(ref.client) && inputs.status !== 'hidden') return 'content';
  if (inputs.parts.length > 0) return 'sizes';
  if (compared.some(({ state }) => state !== 'missing')) return 'content';
  if (compared.length > HANDFUL) return (await peekByName(ref, manifestName)) === undefined ? 'manifest' : 'content';
  return areFewAndSmall(compared.map(({ file }) => file)) ? 'content' : 'sizes';
}

async function restore(look: SealedLook, wrong: readonly string[], unlisted: boolean): Promise<void> {
  const { ref, inputs, tools } = look;
  const files = look.files.filter(({ name }) => wrong.includes(name));
  if (files.length < wrong.length) {
    throw overtaken(ref, 'files that this run took over from other runs were replaced', wrong);
  }
  tools.log.warn(
    `Another run of the same version has overwritten ${formatCount(files.length, 'file')}. This run sends again: ` +
      formatNames(wrong, 20),
  );
  const rules = { concurrency: inputs.concurrency, signal: tools.signal, deed: 'published' };
  await runBatch(files, rules, (file) => sendChecked(ref, file, unlisted ? 'hidden' : undefined));
}

function overtaken(ref: VersionRef, how: string, names: readonly string[]): Failure {
  return new Failure(
    'conflict',
    `${ref.name} ${ref.version} was published by another run at the same time, with other files: ${how}`,
    {
      problems: names.map((name) => `${name}: another run's bytes are served`),
      hint:
        'Let one run at a time publish a version. When the other one has ended, run this again: it lists ' +
        'every difference that there is.',
    },
  );
}

/** What is known of a publish while its steps go on, and what it has done at the end. */
import { formatBytes, formatCount } from '../../core/format.ts';
import type { Tools } from '../../definitions/command.ts';
import { manifestEntry, type Compared, type LocalFile } from '../../transfer/model.ts';
import { createManifest, NO_ORIGIN, type ManifestFile } from '../../transfer/remote/manifest.ts';
import type { VersionRef } from '../../transfer/remote/stored-version.ts';
import type { SendEvents } from '../../transfer/send.ts';
import type { Account } from '../../transfer/stopped.ts';
import { progressOf } from '../shared/progress.ts';
import type { PublishInputs } from './inputs.ts';
import type { Sealed } from './remote/confirm.ts';
import type { Gathered } from './remote/gather.ts';
import { ownFiles, type PublishPlan, type PublishStep } from './steps.ts';

/** One publish: whereto, what was decided, and from what. */
export interface PublishJob {
  readonly ref: VersionRef;
  readonly plan: PublishPlan;
  readonly gathered: Gathered;
  readonly inputs: PublishInputs;
  readonly tools: Tools;
}

/** What a publish did. */
export interface PublishOutcome {
  /** Names of files that this run sent. */
  readonly uploaded: ReadonlySet<string>;
  /** Of these, names under which people saw other content before. */
  readonly replaced: ReadonlySet<string>;
  /** The version's files as this run has them, what it took over among them. */
  readonly files: readonly ManifestFile[];
  /** Of the manifest that stands now; empty without one. */
  readonly digest: string;
  readonly wroteManifest: boolean;
  /** Of a part: lists show the version, for this GitLab hides none. */
  readonly isShown: boolean;
  /** Where the version's page is, if the last look told. */
  readonly page?: { readonly packageId: number; readonly webPath: string };
}

/** What is known of a run while its steps go on. */
export interface RunState {
  readonly job: PublishJob;
  readonly events: SendEvents;
  /** Entries of this run's files, by name: those that were unchanged from the beginning. */
  readonly entries: Map<string, ManifestFile>;
  readonly uploaded: Set<string>;
  readonly replaced: Set<string>;
  /** Files that can be sent again, should another run overwrite them. */
  readonly own: LocalFile[];
  sealed?: Sealed;
  page?: PublishOutcome['page'];
  /** Of a part: lists show the version. */
  isShown?: boolean;
}

export function begin(job: PublishJob): RunState {
  const { checksums } = job.gathered.facts;
  const held = ownFiles(job.gathered.facts);
  const sends = job.plan.steps.flatMap((step) => (step.kind === 'send' ? [step.file] : []));
  const progress = progressOf('publish', sends, job.tools.log);
  const replaced = new Set(
    job.plan.steps.flatMap((step) => (step.kind === 'send' && step.replaces ? [step.file.name] : [])),
  );
  return {
    job,
    events: {
      onFile: (file, sha256) => {
        progress.file();
        const replaces = replaced.has(file.name);
        job.tools.record.file({ ...fileRow(file, sha256), status: replaces ? 'replaced' : 'uploaded' });
      },
      onBytes: progress.bytes,
      onUnverified: (names) => {
        job.tools.log.warn(
          `This GitLab tells no checksum of ${formatCount(names.length, 'file')}: only the size could be compared`,
        );
      },
    },
    entries: new Map(
      held
        .filter(({ state }) => state === 'same')
        .map(({ file, sha256 = '' }) => [file.name, manifestEntry(file, sha256)]),
    ),
    uploaded: new Set(),
    replaced: new Set(),
    own: held.filter(({ file, state }) => state === 'same' || file !== checksums?.file).map(({ file }) => file),
  };
}

export function noteSent(run: RunState, file: LocalFile, sha256: string, replaces: boolean): void {
  run.entries.set(file.name, manifestEntry(file, sha256));
  run.uploaded.add(file.name);
  if (replaces) run.replaced.add(file.name);
}

export function comparedOf({ job }: RunState): readonly Compared[] {
  return job.gathered.facts.compared;
}

/** This run's files and those it takes over, each once. */
export function entriesOf({ entries, job }: RunState): readonly ManifestFile[] {
  const inherited = job.gathered.facts.inherited.filter(({ file }) => !entries.has(file.name));
  return [...entries.values(), ...inherited.map(({ file }) => file)];
}

/** What is done and what is not, should the run be stopped in this step. */
export function accountOf({ job, uploaded }: RunState, step: PublishStep): Account {
  const { compared } = job.gathered.facts;
  const unsent = compared.filter(({ file, state }) => state !== 'same' && !uploaded.has(file.name));
  const left = step.kind === 'manifest' || step.kind === 'reveal' ? [step.name] : unsent.map(({ file }) => file.name);
  return { deed: 'published', done: compared.length - unsent.length, total: compared.length, left };
}

export function endOf(run: RunState): PublishOutcome {
  const { facts, partManifest } = run.job.gathered;
  const { uploaded, replaced, page, sealed } = run;
  const files = createManifest(run.job.ref, NO_ORIGIN, entriesOf(run)).files;
  const stands = run.job.inputs.part === undefined ? facts.state.manifest : partManifest;
  const bytes = files.filter(({ name }) => uploaded.has(name)).reduce((total, { size }) => total + size, 0);
  if (!run.job.plan.keepsPublished) {
    run.job.tools.log.info(
      `${formatCount(uploaded.size, 'file')} sent (${formatBytes(bytes)}), ${files.length - uploaded.size} unchanged`,
    );
  }
  return {
    uploaded,
    replaced,
    files,
    digest: sealed?.digest ?? stands?.digest ?? '',
    wroteManifest: sealed?.isNew === true,
    isShown: run.isShown === true,
    ...(page === undefined ? {} : { page }),
  };
}

/** As `log-file` tells it. */
export function fileRow({ name, size }: { readonly name: string; readonly size: number }, sha256: string) {
  return { name, size, sha256 };
}

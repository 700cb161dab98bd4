/** What a publish hands on and shows: outputs and report, from what was done or is planned. */
import { formatBytes, formatCount } from '../../core/format.ts';
import { packagePage, versionUrl } from '../../gitlab/address.ts';
import { findPackages } from '../../gitlab/packages.ts';
import type { Context } from '../../spec/context.ts';
import type { Report, Tools } from '../../spec/verb.ts';
import type { VersionView } from '../../transfer/look.ts';
import type { ManifestFile } from '../../transfer/manifest.ts';
import type { LocalFile, PublishPlan } from '../../transfer/publish-plan.ts';
import { mayList, urlOf, type VersionRef } from '../../transfer/stored-version.ts';
import type { PublishTarget } from './check.ts';
import type { PublishInputs, PublishResult } from './inputs.ts';

/** A publish that is done: the version's files, and the digest of the manifest that stands. */
export interface Published {
  readonly view: VersionView;
  /** Names that this run sent. */
  readonly uploaded: ReadonlySet<string>;
  /** The version is whole now; a part alone does not make it so. */
  readonly finished: boolean;
  /** A manifest was written. */
  readonly sealed: boolean;
  readonly files: readonly ManifestFile[];
  readonly digest: string;
}

/** After a publish: asks once more where the version's page is, which also shows that it is there. */
export async function publishResult(
  inputs: PublishInputs,
  target: PublishTarget,
  ref: VersionRef,
  published: Published,
  tools: Tools,
): Promise<PublishResult> {
  const { uploaded: sent, view } = published;
  const replaced = new Set(view.standing === 'finished' || view.standing === 'visible' ? (view.files?.keys() ?? []) : []);
  const files = published.files.map(({ name, size, sha256 }) => ({
    name,
    url: urlOf(ref, name).href,
    size,
    sha256,
    status: !sent.has(name) ? 'skipped' : replaced.has(name) ? 'replaced' : 'uploaded',
  }));
  const page = await findPage(ref, inputs, view, tools.context);
  const outputs = {
    ...base(target),
    'package-url': page ?? '',
    digest: published.digest,
    'file-count': files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    uploaded: sent.size,
    skipped: files.length - sent.size,
    finished: published.finished,
    files,
  };
  const headline = headlineOf(inputs, target, published, outputs);
  return { outputs, report: reportOf(inputs, headline, outputs, page) };
}

function headlineOf(
  { part }: PublishInputs,
  target: PublishTarget,
  { uploaded, sealed, finished }: Published,
  outputs: Outputs,
): string {
  const what = `${part === undefined ? '' : `part ${part} of `}${titleOf(target)}`;
  if (uploaded.size === 0 && !sealed) return `${what} was published already with the same files: nothing was sent`;
  const size = `${formatCount(outputs['file-count'], 'file')}, ${formatBytes(outputs.bytes)}`;
  return `Published ${what}: ${size}${finished ? '' : '; the version stays hidden until a run with parts finishes it'}`;
}

/** A plan, shown and not carried out. */
export function describePlan(
  inputs: PublishInputs,
  target: PublishTarget,
  files: readonly LocalFile[],
  tools: Tools,
  seen?: { readonly plan: PublishPlan; readonly view: VersionView; readonly leaving: readonly string[] },
): PublishResult {
  const send = new Set((seen?.plan.send ?? files).map(({ name: file }) => file));
  const known = new Map(seen?.plan.keep.map((kept) => [kept.file.name, kept.sha256 ?? '']) ?? []);
  const { api, project } = target.connection;
  const root = versionUrl(api, project, target.packageName, target.version.version).href;
  const rows = files.map(({ name: file, size }) => ({
    name: file,
    url: `${root}/${file.split('/').map(encodeURIComponent).join('/')}`,
    size,
    sha256: known.get(file) ?? '',
    status: send.has(file) ? 'would-upload' : 'skipped',
  }));
  for (const { name: file, status } of rows) tools.log.info(`${status}: ${file}`);
  const leaving = seen?.plan.sweep === true ? seen.leaving : [];
  for (const file of leaving) tools.log.info(`would-delete: ${file}`);
  const outputs = {
    ...base(target),
    // A manifest that would be written anew has no digest yet.
    digest: seen?.plan.seal === 'nothing' ? (seen.view.manifest?.digest ?? '') : '',
    'file-count': rows.length,
    bytes: rows.reduce((sum, { size }) => sum + size, 0),
    uploaded: 0,
    skipped: rows.length - send.size,
    finished: seen?.view.standing === 'finished',
    files: rows,
  };
  const headline = `Dry run of ${titleOf(target)}: ${formatCount(send.size, 'file')} would be sent${leaving.length === 0 ? '' : ` and ${formatCount(leaving.length, 'name')} deleted`}, nothing was`;
  return { outputs, report: reportOf(inputs, headline, outputs, undefined) };
}

/** Nothing matched, and that was said to be fine. */
export function emptyResult(inputs: PublishInputs, target: PublishTarget): PublishResult {
  const outputs = {
    ...base(target),
    'file-count': 0,
    bytes: 0,
    uploaded: 0,
    skipped: 0,
    finished: false,
    files: [],
  };
  return { outputs, report: reportOf(inputs, `Nothing to publish as ${titleOf(target)}`, outputs, undefined) };
}

function base(target: PublishTarget) {
  const { api, project } = target.connection;
  const { packageName, version } = target;
  return {
    'package-name': packageName,
    'package-version': version.version,
    'package-url': '',
    'download-url': versionUrl(api, project, packageName, version.version).href,
    digest: '',
  };
}

type Outputs = PublishResult['outputs'];

function reportOf(inputs: PublishInputs, headline: string, outputs: Outputs, page: string | undefined): Report {
  return {
    headline,
    facts: [
      ['Package', `${outputs['package-name']} ${outputs['package-version']}`],
      ['Files', `${formatCount(outputs['file-count'], 'file')}, ${formatBytes(outputs.bytes)}`],
      ['Sent', `${outputs.uploaded} sent, ${outputs.skipped} there already`],
      ...(outputs.digest === '' ? [] : [['Digest', outputs.digest] as const]),
      ['Files at', outputs['download-url']],
    ],
    table: {
      columns: ['File', 'Size', 'SHA-256', 'Status'],
      rows: outputs.files.map((file) => [
        String(file.name),
        formatBytes(Number(file.size)),
        String(file.sha256),
        String(file.status),
      ]),
    },
    links: [
      ...(page === undefined ? [] : [{ label: `${outputs['package-name']} ${outputs['package-version']}`, url: page }]),
      ...outputs.files.map((file) => ({ label: String(file.name), url: String(file.url) })),
    ],
    summary: inputs.summary,
  };
}

async function findPage(
  ref: VersionRef,
  inputs: PublishInputs,
  view: VersionView,
  context: Context,
): Promise<string | undefined> {
  const { client, project, name: packageName, version } = ref;
  const projectWebUrl = webUrlOf(project, context);
  if (view.packageId !== undefined && view.webPath !== undefined) {
    return packagePage(client.api, view.packageId, { webPath: view.webPath });
  }
  if (!mayList(client)) return undefined;
  const status = inputs.status === 'hidden' || inputs.part !== undefined ? 'hidden' : undefined;
  const [row] = await findPackages(client, project, { name: packageName, version, status });
  return row === undefined ? undefined : packagePage(client.api, row.id, { webPath: row.webPath, projectWebUrl });
}

function webUrlOf(project: string, context: Context): string | undefined {
  const { serverUrl, projectId, projectPath } = context.job ?? {};
  if (serverUrl === undefined || projectPath === undefined) return undefined;
  return project === projectId || project === projectPath ? `${serverUrl}/${projectPath}` : undefined;
}

function titleOf(target: PublishTarget): string {
  return `${target.packageName} ${target.version.version}`;
}

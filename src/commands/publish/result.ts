/** What a publish passes on and shows: outputs and report, from what was done or is planned. */
import { formatBytes, formatCount } from '../../core/format.ts';
import { packagePage, versionUrl } from '../../gitlab/address.ts';
import { findPackages } from '../../gitlab/api/packages.ts';
import type { Context } from '../../definitions/context.ts';
import type { Report, Tools } from '../../definitions/command.ts';
import type { VersionView } from '../../transfer/remote/version-state.ts';
import type { ManifestFile } from '../../transfer/remote/manifest.ts';
import { mayList, urlOf, type VersionRef } from '../../transfer/remote/stored-version.ts';
import type { PublishTarget } from './plan.ts';
import type { PublishInputs, PublishResult } from './inputs.ts';

/** A publish that is done: the version's files, and the digest of the manifest that stands. */
export interface Published {
  readonly view: VersionView;
  /** Names that this run sent. */
  readonly uploaded: ReadonlySet<string>;
  /** Of these, names under which people saw other content before. */
  readonly replaced: ReadonlySet<string>;
  /** The version is whole now; a part alone does not make it so. */
  readonly complete: boolean;
  /** A manifest was written. */
  readonly sealed: boolean;
  /** The version was complete and hidden before, and is visible now. */
  readonly revealed: boolean;
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
  const { uploaded: sent, replaced, view } = published;
  const files = published.files.map(({ name, size, sha256 }) => ({
    name,
    url: urlOf(ref, name).href,
    size,
    sha256,
    status: !sent.has(name) ? 'unchanged' : replaced.has(name) ? 'replaced' : 'uploaded',
  }));
  const page = await findPage(ref, inputs, view, tools.context);
  const outputs = {
    ...outputsOf(target),
    'package-url': page ?? '',
    digest: published.digest,
    'file-count': files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    uploaded: sent.size,
    unchanged: files.length - sent.size,
    complete: published.complete,
    files,
  };
  const headline = headlineOf(inputs, target, published, outputs);
  return { outputs, report: reportOf(inputs, headline, outputs, page) };
}

function headlineOf(
  { part }: PublishInputs,
  target: PublishTarget,
  { uploaded, sealed, complete, revealed }: Published,
  outputs: Outputs,
): string {
  const what = `${part === undefined ? '' : `part ${part} of `}${titleOf(target)}`;
  const shown = revealed ? '; it was hidden and is visible now' : '';
  if (uploaded.size === 0 && !sealed)
    return `${what} was published already with the same files: ${revealed ? `no file was sent${shown}` : 'nothing was sent'}`;
  const size = `${formatCount(outputs['file-count'], 'file')}, ${formatBytes(outputs.bytes)}`;
  return `Published ${what}: ${size}${complete ? shown : '; the version stays hidden until a run with parts completes it'}`;
}

/** Nothing matched, and that was said to be fine. */
export function emptyResult(inputs: PublishInputs, target: PublishTarget): PublishResult {
  const outputs = {
    ...outputsOf(target),
    'file-count': 0,
    bytes: 0,
    uploaded: 0,
    unchanged: 0,
    complete: false,
    files: [],
  };
  return { outputs, report: reportOf(inputs, `Nothing to publish as ${titleOf(target)}`, outputs, undefined) };
}

export function outputsOf(target: PublishTarget) {
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

export function reportOf(inputs: PublishInputs, headline: string, outputs: Outputs, page: string | undefined): Report {
  return {
    headline,
    facts: [
      ['Package', `${outputs['package-name']} ${outputs['package-version']}`],
      ['Files', `${formatCount(outputs['file-count'], 'file')}, ${formatBytes(outputs.bytes)}`],
      ['Sent', `${outputs.uploaded} sent, ${outputs.unchanged} unchanged`],
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

export function titleOf(target: PublishTarget): string {
  return `${target.packageName} ${target.version.version}`;
}

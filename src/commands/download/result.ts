/** What a download passes on and shows: outputs and report, from what was placed or is planned. */
import { formatBytes, formatCount } from '../../core/format.ts';
import type { Platform } from '../../definitions/context.ts';
import type { Report } from '../../definitions/command.ts';
import type { Target } from '../../transfer/local/targets.ts';
import { urlOf } from '../../transfer/remote/stored-version.ts';
import type { DownloadIntent } from './intent.ts';
import type { DownloadInputs, DownloadResult } from './inputs.ts';
import type { FetchedFiles } from './carry-out.ts';
import type { ResolvedVersion } from './resolve.ts';

/** More links than this nobody follows, and no platform shows. */
const MOST_LINKS = 1000;

export interface Downloaded {
  readonly found: ResolvedVersion;
  readonly directory: string;
  readonly targets: readonly Target[];
  readonly inputs: DownloadInputs;
  readonly platform: Platform;
  /** Absent: a dry run. */
  readonly fetched: FetchedFiles | undefined;
  /** In a dry run: how many would be deleted. */
  readonly pruned: number;
}

export function downloadResult(done: Downloaded): DownloadResult {
  const { found, directory, targets, fetched, pruned } = done;
  const files = targets.map(({ file, place, state }) => {
    const got = fetched?.get(file.name);
    return {
      name: file.name,
      path: place,
      size: got?.size ?? file.size ?? 0,
      sha256: got?.sha256 ?? file.sha256 ?? '',
      status: statusOf(state, fetched !== undefined),
    };
  });
  const unchanged = files.filter(({ status }) => status === 'unchanged').length;
  const outputs = {
    'package-name': found.ref.name,
    'package-version': found.ref.version,
    directory,
    digest: found.content.digest,
    'file-count': files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    downloaded: fetched === undefined ? 0 : files.length - unchanged,
    unchanged,
    pruned: fetched === undefined ? 0 : pruned,
    files,
    found: true,
  };
  return { outputs, report: reportOf(done, outputs) };
}

/** The version is not there, and that was said to be fine. */
export function notFoundResult(intent: DownloadIntent, inputs: DownloadInputs, directory: string): DownloadResult {
  return {
    outputs: {
      'package-name': intent.packageName,
      'package-version': '',
      directory,
      digest: '',
      'file-count': 0,
      bytes: 0,
      downloaded: 0,
      unchanged: 0,
      pruned: 0,
      files: [],
      found: false,
    },
    report: {
      headline: `${intent.packageName} ${inputs['package-version']} was not found; nothing was fetched`,
      facts: [],
      links: [],
      summary: inputs.summary,
    },
  };
}

function statusOf(state: Target['state'], isDone: boolean): string {
  if (state === 'same') return 'unchanged';
  return isDone ? 'downloaded' : 'would-download';
}

function headlineOf(
  { found, fetched, pruned, inputs }: Downloaded,
  outputs: DownloadResult['outputs'],
  size: string,
): string {
  const what = `${found.ref.name} ${found.ref.version}`;
  if (fetched === undefined) {
    const wanted = formatCount(outputs['file-count'] - outputs.unchanged, 'file');
    const also = inputs.prune ? ` and delete ${pruned}` : '';
    return `Dry run of ${what}: would fetch ${wanted}${also}; nothing was fetched`;
  }
  const gone = pruned === 0 ? '' : `; ${formatCount(pruned, 'local file')} deleted that it does not have`;
  if (outputs.downloaded === 0 && outputs.unchanged > 0)
    return `${what} is unchanged: ${size}, nothing was fetched${gone}`;
  return `Fetched ${what}: ${size}${gone}`;
}

function deedOf({ downloaded, unchanged }: DownloadResult['outputs']): string {
  return downloaded === 0 && unchanged > 0 ? 'is unchanged' : 'downloaded';
}

/** The two lines that pin this exact version, as the platform at hand takes them. */
function pinOf(version: string, digest: string, platform: Platform): readonly string[] {
  const heading = 'To pin this exact version:';
  if (platform === 'terminal') return [heading, `--package-version ${version} \\`, `--expected-digest ${digest}`];
  return [heading, `package-version: ${version}`, `expected-digest: ${digest}`];
}

function reportOf(done: Downloaded, outputs: DownloadResult['outputs']): Report {
  const { found, fetched, pruned, inputs, platform } = done;
  const what = `${found.ref.name} ${found.ref.version}`;
  const size = `${formatCount(outputs['file-count'], 'file')}, ${formatBytes(outputs.bytes)}`;
  const moved = `${outputs.downloaded} fetched, ${outputs.unchanged} unchanged`;
  return {
    headline: headlineOf(done, outputs, size),
    ...(fetched === undefined ? {} : { title: { subject: what, deed: deedOf(outputs) } }),
    tally: `${size}: ${moved}${pruned === 0 || fetched === undefined ? '' : `, ${pruned} deleted`}`,
    facts: [
      ['Files', size, 'log'],
      ['Fetched', moved, 'log'],
      ...(inputs.prune
        ? [['Deleted', fetched === undefined ? `${pruned} would be deleted` : `${pruned} deleted`, 'log'] as const]
        : []),
      ['Digest', outputs.digest],
      ['Folder', outputs.directory],
    ],
    table: {
      columns: ['File', 'Size', { title: 'SHA-256', type: 'digest' }, { title: 'Status', type: 'status' }],
      rows: outputs.files.map((file) => [
        String(file.name),
        formatBytes(Number(file.size)),
        String(file.sha256),
        String(file.status),
      ]),
    },
    links: outputs.files.slice(0, MOST_LINKS).map((file) => ({
      label: String(file.name),
      url: urlOf(found.ref, String(file.name)).href,
    })),
    summary: inputs.summary,
    ...(found.floating ? { closing: pinOf(found.ref.version, outputs.digest, platform) } : {}),
  };
}

/** The demonstration: the real commands against the embedded registry, on a sample tree made for it. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { asFailure, Failure } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { startRegistry, type RunningRegistry } from '../../registry/server.ts';
import { parseInputs } from '../../definitions/parse.ts';
import type { AnyCommand, Log, Report, Tools } from '../../definitions/command.ts';
import { freeSpace } from '../../transfer/local/targets.ts';
import { download } from '../download/index.ts';
import { publish } from '../publish/index.ts';
import type { DemoInputs, DemoResult } from './inputs.ts';

/** One run of a command, as the table shows it. */
interface DemoStep {
  readonly title: string;
  readonly files: number;
  readonly moved: number;
  readonly movedBytes: number;
  readonly requests: number;
  readonly ms: number;
}

/** The sample, the registry's copy of it, the one fetched back, and the database. */
const ROOM_BYTES = 40_000_000;
const PACKAGE = { 'package-name': 'widget', 'package-version': '1.0.0' };

export async function runDemo(inputs: DemoInputs, tools: Tools): Promise<DemoResult> {
  const { temp } = tools.context;
  const free = await freeSpace(temp);
  if (free !== undefined && free < ROOM_BYTES) throw noRoom(temp, free);
  const folder = await mkdtemp(join(temp, 'generic-packages-demo-'));
  try {
    return await withRegistry((registry) => demonstrate(folder, registry, inputs, tools));
  } catch (error) {
    throw asFailure(error).code === 'no-space' ? noRoom(temp, await freeSpace(temp), error) : error;
  } finally {
    if (!inputs.keep) await rm(folder, { recursive: true, force: true });
  }
}

async function withRegistry<T>(work: (registry: RunningRegistry) => Promise<T>): Promise<T> {
  const registry = await startRegistry({ port: 0, record: true });
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}

function noRoom(temp: string, free = 0, cause?: unknown): Failure {
  const room = `${formatBytes(ROOM_BYTES)} needed, ${formatBytes(free)} free`;
  return new Failure('no-space', `Not enough space for the demo in the temporary folder ${temp}: ${room}`, {
    hint: 'Free some space, or name a folder that has more in the variable TMPDIR.',
    cause,
  });
}

async function demonstrate(
  folder: string,
  registry: RunningRegistry,
  inputs: DemoInputs,
  tools: Tools,
): Promise<DemoResult> {
  const [sample, copy] = [join(folder, 'sample'), join(folder, 'copy')];
  await makeSample(sample);
  const run = stepRunner(registry, tools);
  const out = { ...PACKAGE, files: '**', directory: sample };
  const back = { ...PACKAGE, directory: copy };
  const first = await run('publish', publish, out);
  const steps = [
    first.step,
    (await run('publish again', publish, out)).step,
    (await run('download', download, { ...back, 'expected-digest': first.digest })).step,
    (await run('download again', download, { ...back, 'package-version': 'latest' })).step,
  ];
  await requireSame(sample, copy);
  requireStill(steps);
  const bytes = steps[0]?.movedBytes ?? 0;
  return {
    outputs: { digest: first.digest, 'file-count': steps[0]?.files ?? 0, bytes },
    report: reportOf(steps, first.digest, registry, inputs.keep ? { sample, copy } : undefined),
  };
}

type RunStep = (
  title: string,
  command: AnyCommand,
  values: Readonly<Record<string, string>>,
) => Promise<{ step: DemoStep; digest: string }>;

/**
 * Runs a command as any platform would: its definition parses the texts, prepares the intent and runs it.
 */
function stepRunner(registry: RunningRegistry, tools: Tools): RunStep {
  const token = registry.tokens.find(({ kind }) => kind === 'personal')?.token ?? '';
  const connection = { 'api-url': registry.apiUrl, project: registry.project.path, token };
  return async (title, command, values) => {
    const raw = new Map(
      Object.entries({ ...connection, ...values }).map(([name, text]) => [name, { text, source: name }]),
    );
    const { values: parsed, problems } = parseInputs(command.inputs, raw, tools.context.platform);
    const prepared = await command.prepare?.(parsed, tools.context);
    const [wrong] = [...problems, ...(prepared?.problems ?? [])];
    if (wrong !== undefined)
      throw new Failure('internal', `The demo's own input ${wrong.input} is wrong: ${wrong.problem}`);
    registry.forget();
    const start = performance.now();
    const { outputs } = await command.run(parsed, { ...tools, log: quiet(tools.log) }, prepared?.intent);
    const moved = Number(outputs.uploaded ?? outputs.downloaded);
    const step: DemoStep = {
      title,
      files: Number(outputs['file-count']),
      moved,
      movedBytes: moved === 0 ? 0 : Number(outputs.bytes),
      requests: registry.requests.length,
      ms: Math.round(performance.now() - start),
    };
    return { step, digest: outputs.digest as string };
  };
}

/** What the commands say in detail is shown with --verbose; the table tells the rest. */
function quiet(log: Log): Log {
  return {
    info: (message) => {
      log.detail(message);
    },
    warn: (message) => {
      log.warn(message);
    },
    detail: (message) => {
      log.detail(message);
    },
    group: (_title, work) => work(),
    progress: () => undefined,
  };
}

/** Nested, one empty, one executable, odd but legal names, and one that is worth moving. */
async function makeSample(root: string): Promise<void> {
  const files: [name: string, content: string | Buffer, mode?: number][] = [
    ['README.txt', 'A sample package.\n'],
    ['bin/widget', '#!/bin/sh\necho widget\n', 0o755],
    ['firmware/widget.bin', Buffer.alloc(8 * 1024 * 1024, 'widget')],
    ['empty', ''],
    ['data/a+b~c@d.txt', 'odd, but legal\n'],
    ['data/__proto__', 'a name like any other\n'],
  ];
  for (let part = 1; part <= 24; part += 1) files.push([`models/layer-${part}.json`, `{"layer":${part}}\n`]);
  for (const [name, content, mode] of files) {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content, { mode: mode ?? 0o644 });
  }
}

async function requireSame(sample: string, copy: string): Promise<void> {
  const [before, after] = await Promise.all([fingerprint(sample), fingerprint(copy)]);
  if (before !== after) throw new Failure('internal', 'The fetched tree differs from the published one');
}

function requireStill(steps: readonly DemoStep[]): void {
  const moved = steps.filter(({ title, moved: count }) => title.endsWith('again') && count > 0);
  if (moved.length > 0)
    throw new Failure('internal', `A second run moved files: ${moved.map(({ title }) => title).join(', ')}`);
}

/** Every name with its mode and content. */
async function fingerprint(root: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const lines = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mode } = await lstat(path);
      const sha256 = createHash('sha256')
        .update(await readFile(path))
        .digest('hex');
      return `${relative(root, path)} ${(mode & 0o777).toString(8)} ${sha256}`;
    });
  return (await Promise.all(lines)).sort().join('\n');
}

function reportOf(
  steps: readonly DemoStep[],
  digest: string,
  registry: RunningRegistry,
  kept: { sample: string; copy: string } | undefined,
): Report {
  const files = steps[0]?.files ?? 0;
  return {
    headline:
      `${formatCount(files, 'file')} were published and fetched back with the same names, contents and ` +
      'modes; a second run of each moved nothing',
    facts: [
      ['Registry', `${registry.url}, embedded and stopped now`],
      ['Digest', digest],
      ...(kept === undefined ? [] : [['Kept', `${kept.sample} and ${kept.copy}`] as const]),
    ],
    table: {
      columns: ['Step', 'Files', 'Moved', 'Bytes', 'Requests', 'Time'],
      rows: steps.map((step) => [
        step.title,
        String(step.files),
        String(step.moved),
        formatBytes(step.movedBytes),
        String(step.requests),
        `${step.ms} ms`,
      ]),
    },
    links: [],
    summary: false,
  };
}

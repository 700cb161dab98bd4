/** Many small files at a registry that takes its time: beside one parallel curl, and beside a loop of curls. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCurlLoop, runParallelCurl, type CurlRun } from './curl.ts';
import { interleave, median } from './measure.ts';
import { makeFiles, type Workplace } from './place.ts';
import { runProduct } from './product.ts';
import { besideRegistry, type Registry } from './registry.ts';
import { timeRow, type Row } from './report.ts';

const FILES = 1000;
const SIZE = 4096;
const LATENCY_MS = 40;
const PARALLEL = 8;
const ROUNDS = 3;
/** The loop is long: it moves a part of the files, and its time is scaled. */
const LOOP_FILES = 100;
const MOST = 1.1;

export async function measureSmallFiles(place: Workplace): Promise<readonly Row[]> {
  const source = join(place.folder, 'small');
  const names = await makeFiles(source, FILES, SIZE);
  return besideRegistry(place, LATENCY_MS, async (registry) => {
    const up = await measureUp(place, { registry, version: '', directory: source, names });
    const down = await measureDown(place, { registry, version: '1.0.1', directory: join(place.folder, 'got'), names });
    return [...up, ...down];
  });
}

async function measureUp(place: Workplace, run: CurlRun): Promise<readonly Row[]> {
  let count = 0;
  const toNewVersion = async (send: (version: string) => Promise<number>, files: number): Promise<number> => {
    count += 1;
    const version = `1.0.${count}`;
    const seconds = await send(version);
    await assertThere(run.registry, version, files);
    return seconds;
  };
  const { ours, curl } = await interleave(ROUNDS, {
    ours: () =>
      toNewVersion(async (version) => {
        const { seconds } = await runProduct(place, 'publish', {
          ...run,
          version,
          flags: ['--concurrency', String(PARALLEL)],
        });
        return seconds;
      }, FILES + 1),
    curl: () => toNewVersion((version) => runParallelCurl(place, 'up', PARALLEL, { ...run, version }), FILES),
  });
  const names = run.names.slice(0, LOOP_FILES);
  const loop = await toNewVersion((version) => runCurlLoop(place, 'up', { ...run, version, names }), LOOP_FILES);
  return rowsOf('Publish', median(ours), median(curl), loop);
}

async function measureDown(place: Workplace, run: CurlRun): Promise<readonly Row[]> {
  const intoNewFolder = async (receive: () => Promise<number>): Promise<number> => {
    const seconds = await receive();
    await rm(run.directory, { recursive: true });
    return seconds;
  };
  const { ours, curl } = await interleave(ROUNDS, {
    ours: () =>
      intoNewFolder(async () => {
        const { seconds } = await runProduct(place, 'download', { ...run, flags: ['--concurrency', String(PARALLEL)] });
        return seconds;
      }),
    curl: () => intoNewFolder(() => runParallelCurl(place, 'down', PARALLEL, run)),
  });
  const names = run.names.slice(0, LOOP_FILES);
  const loop = await intoNewFolder(() => runCurlLoop(place, 'down', { ...run, names }));
  return rowsOf('Download', median(ours), median(curl), loop);
}

function rowsOf(command: string, ours: number, curl: number, loop: number): readonly Row[] {
  const what = `${command} ${FILES.toLocaleString('en')} files of ${SIZE / 1024} KiB, ${LATENCY_MS} ms an answer`;
  return [
    timeRow(
      `${what}, ${PARALLEL} at once`,
      ours,
      { what: `\`curl -Z --parallel-max ${PARALLEL}\`, which verifies nothing`, seconds: curl },
      MOST,
    ),
    timeRow(what, ours, {
      what: `one curl for each file (${LOOP_FILES} measured, scaled)`,
      seconds: loop * (FILES / LOOP_FILES),
    }),
  ];
}

/** A fast run that lost files would be no result. */
async function assertThere(registry: Registry, version: string, expected: number): Promise<void> {
  const found = await registry.fileCount(version);
  if (found !== expected) throw new Error(`version ${version} has ${found} files instead of ${expected}`);
}

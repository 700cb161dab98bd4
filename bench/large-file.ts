/**
 * One large file up and down, hashed on the way: beside the barest program that does so, and how much memory it
 * takes.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interleave, median } from './measure.ts';
import { makeLargeFile, type Workplace } from './place.ts';
import { runToEnd, type EndedProcess } from './processes.ts';
import { runProduct, type ProductRun } from './product.ts';
import { besideRegistry, type Registry } from './registry.ts';
import { limitRow, timeRow, type Row } from './report.ts';

const SIZE = 2 ** 30;
const ROUNDS = 5;
const MOST = 1.15;
const MOST_BYTES = 150_000_000;
const NAME = 'large.bin';
const VERSION = '1.0.0';
const PUMP = fileURLToPath(import.meta.resolve('./pump.mjs'));

export async function measureLargeFile(place: Workplace): Promise<readonly Row[]> {
  const source = join(place.folder, 'large');
  await makeLargeFile(join(source, NAME), SIZE);
  return besideRegistry(place, 0, async (registry) => {
    const product: ProductRun = { registry, version: VERSION, directory: source, peak: true };
    const send = (): Promise<EndedProcess> =>
      runToEnd(process.execPath, [PUMP, 'up', join(source, NAME), registry.fileUrl(VERSION, NAME)], {
        cwd: place.folder,
        env: { TOKEN: registry.token },
      });
    const up = await measureBoth(
      () => runProduct(place, 'publish', product),
      send,
      () => registry.empty(),
    );
    await send();
    await rm(source, { recursive: true });
    const down = await measureDown(place, registry);
    return [...rowsOf('Publish', up), ...rowsOf('Download', down)];
  });
}

async function measureDown(place: Workplace, registry: Registry): Promise<BothRuns> {
  const target = join(place.folder, 'large-got');
  const single = join(place.folder, NAME);
  return measureBoth(
    () => runProduct(place, 'download', { registry, version: VERSION, directory: target, peak: true }),
    () =>
      runToEnd(process.execPath, [PUMP, 'down', single, registry.fileUrl(VERSION, NAME)], {
        cwd: place.folder,
        env: { TOKEN: registry.token },
      }),
    async () => {
      await rm(target, { recursive: true, force: true });
      await rm(single, { force: true });
    },
  );
}

interface BothRuns {
  readonly ours: number;
  readonly bare: number;
  /** The most of all our runs, in bytes. */
  readonly peak: number;
}

async function measureBoth(
  ours: () => Promise<EndedProcess>,
  bare: () => Promise<EndedProcess>,
  clear: () => Promise<void>,
): Promise<BothRuns> {
  const peaks: number[] = [];
  const samples = await interleave(ROUNDS, {
    ours: async () => {
      const { seconds, peak } = await ours();
      peaks.push(peak);
      await clear();
      return seconds;
    },
    bare: async () => {
      const { seconds } = await bare();
      await clear();
      return seconds;
    },
  });
  return { ours: median(samples.ours), bare: median(samples.bare), peak: Math.max(...peaks) };
}

function rowsOf(command: string, { ours, bare, peak }: BothRuns): readonly Row[] {
  const what = `${command} one file of 1 GiB`;
  return [
    timeRow(what, ours, { what: 'a bare `node:http` pump with SHA-256', seconds: bare }, MOST),
    limitRow(
      `${what}: memory at its peak`,
      `${Math.ceil(peak / 1e6)} MB`,
      `at most ${MOST_BYTES / 1e6} MB`,
      peak <= MOST_BYTES,
    ),
  ];
}

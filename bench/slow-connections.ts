/** One large file where each connection brings only so much: several at once, beside the tool made for that. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { interleave, median } from './measure.ts';
import { makeLargeFile, type Workplace } from './place.ts';
import { bareEnvironment, runToEnd } from './processes.ts';
import { runProduct } from './product.ts';
import { besideRegistry, type Registry } from './registry.ts';
import { timeRow, type Row } from './report.ts';

const SIZE = 2 * 2 ** 30;
const BYTES_PER_SECOND = 20_000_000;
const WIDTH = 8;
const ROUNDS = 3;
const MOST = 1.1;
const NAME = 'large.bin';
const VERSION = '1.0.0';
const THROTTLE = fileURLToPath(import.meta.resolve('./throttle.mjs'));

export async function measureSlowConnections(place: Workplace): Promise<readonly Row[]> {
  const source = join(place.folder, 'slow');
  await makeLargeFile(join(source, NAME), SIZE);
  const sha256 = await sha256Of(join(source, NAME));
  return besideRegistry(place, 0, async (registry) => {
    await runProduct(place, 'publish', { registry, version: VERSION, directory: source });
    await rm(source, { recursive: true });
    return besideThrottle(place, registry, async (url) => {
      const target = join(place.folder, 'slow-got');
      const clear = () => rm(target, { recursive: true, force: true });
      const samples = await interleave(ROUNDS, {
        ours: async () => {
          const run = { registry: { url, token: registry.token }, version: VERSION, directory: target };
          const { seconds } = await runProduct(place, 'download', run);
          await clear();
          return seconds;
        },
        aria2c: async () => {
          const { seconds } = await runToEnd(
            'aria2c',
            [
              '--quiet',
              // Else it would first fill the file with zeros.
              '--file-allocation=none',
              `--max-connection-per-server=${WIDTH}`,
              `--split=${WIDTH}`,
              `--checksum=sha-256=${sha256}`,
              `--header=PRIVATE-TOKEN: ${registry.token}`,
              `--dir=${target}`,
              registry.fileUrl(VERSION, NAME).replace(registry.url, url),
            ],
            { cwd: place.folder },
          );
          await clear();
          return seconds;
        },
      });
      const beside = { what: `\`aria2c -x ${WIDTH} -s ${WIDTH}\` with its SHA-256`, seconds: median(samples.aria2c) };
      return [timeRow('Download one file of 2 GiB, 20 MB/s a connection', median(samples.ours), beside, MOST)];
    });
  });
}

/** Runs `work` with the address of a relay in front of the registry. */
async function besideThrottle<T>(place: Workplace, registry: Registry, work: (url: string) => Promise<T>): Promise<T> {
  const { hostname, port } = new URL(registry.url);
  const child = spawn(process.execPath, [THROTTLE, hostname, port, String(BYTES_PER_SECOND)], {
    cwd: place.folder,
    env: bareEnvironment({ cwd: place.folder }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return await work(`http://127.0.0.1:${line}`);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

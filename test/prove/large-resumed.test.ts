/**
 * Proves: a large file that is killed ten times while several connections bring it ends right, in its place and
 * nowhere else, and has moved at most a tenth more than its size.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import { copyProgram, type Program } from './support/program.ts';
import { inScene } from './support/scene.ts';
import { openSlowRelay } from './support/slow-relay.ts';

const SIZE = 2 * 2 ** 30;
const KILLS = 10;
const BYTES_PER_SECOND = 20_000_000;

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

test('a file of 2 GiB that is killed ten times', async () => {
  await inScene(program, {}, async (scene) => {
    await mkdir(join(scene.folder, 'out'));
    await makeFile(join(scene.folder, 'out', 'large.bin'));
    const sha256 = await sha256Of(join(scene.folder, 'out', 'large.bin'));
    expect((await scene.publish({ 'api-url': scene.registry.apiUrl })).code).toBe(0);
    await rm(join(scene.folder, 'out'), { recursive: true });
    const relay = await openSlowRelay(new URL(scene.registry.apiUrl).origin, BYTES_PER_SECOND);
    try {
      const through = { 'api-url': scene.registry.apiUrl.replace(/^http:\/\/[^/]+/, relay.origin) };
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const job = await scene.startDownload(through);
        const wanted = (SIZE * kill) / (KILLS + 1);
        await until(() => relay.passed() >= wanted, job.ended);
        job.child.kill('SIGKILL');
        expect((await job.ended).signal).toBe('SIGKILL');
        expect((await readdir(join(scene.folder, 'in'))).filter((name) => !name.endsWith('.part'))).toEqual([]);
      }
      expect(await scene.download(through)).toMatchObject({ code: 0, outputs: { downloaded: '1' } });
      expect(await readdir(join(scene.folder, 'in'))).toEqual(['large.bin']);
      expect(await sha256Of(join(scene.folder, 'in', 'large.bin'))).toBe(sha256);
      expect(relay.passed()).toBeLessThan(SIZE * 1.1);
    } finally {
      await relay.close();
    }
  });
});

async function makeFile(path: string): Promise<void> {
  const file = await open(path, 'wx');
  const block = Buffer.allocUnsafe(16 * 2 ** 20);
  for (let written = 0; written < SIZE; written += block.length) await file.write(randomFillSync(block));
  await file.close();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

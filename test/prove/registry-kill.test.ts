/**
 * Proves: whatever moment the registry is killed at, with four clients writing, every upload that it
 * answered is there afterwards and whole, nothing is half, and no temporary file stays.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, type Random } from '../core/random.ts';
import { sha256, storedRows, WIDGET } from '../support/raw.ts';
import { PROJECT, TOKENS, withRegistry } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { copyProgram, type Program } from './support/program.ts';
import { ask, fileUrl, openUpload, PACKAGE, writeUntilGone, type Attempt } from './support/raw-writer.ts';
import {
  dataOf,
  endLaunched,
  filesBelow,
  launch,
  startRegistryProcess,
  type RegistryProcess,
} from './support/registry-process.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterEach(endLaunched);
afterAll(() => program.remove());

const KILLS = 50;
const WRITERS = [1, 2, 3, 4];
/** Up to 64 KiB lie in the database, larger ones become files; the largest take several writes. */
const IN_DATABASE = 65_536;
const SIZES = [0, 1, 3_000, IN_DATABASE, IN_DATABASE + 1, 300_000, 2_500_000];

interface Row {
  readonly id: number;
  readonly file_name: string;
  readonly size: number;
  readonly file_sha256: string;
}

test(`${KILLS} kills under the load of ${WRITERS.length} writers`, async () => {
  await inFolder(async (folder) => {
    const random = seededRandom(1);
    const all: Attempt[] = [];
    for (let round = 1; round <= KILLS; round += 1) {
      const registry = await startRegistryProcess(program, folder);
      // The first look after a kill is at the disk: what this start did not clear stays.
      expect(await filesBelow(folder, 'incoming')).toEqual([]);
      const before = all.length;
      await killUnderLoad(registry, round, random, all);
      const next = await startRegistryProcess(program, folder);
      await expectWhole(next.url, all.slice(before));
      await next.kill();
    }
    const registry = await startRegistryProcess(program, folder);
    const rows = await expectWhole(registry.url, all);
    await registry.kill();
    expect(await filesBelow(folder, 'incoming')).toEqual([]);
    expect(await filesBelow(folder, 'files')).toHaveLength(rows.filter(({ size }) => size > IN_DATABASE).length);
    expect((await readdir(dataOf(folder))).filter((name) => !name.startsWith('registry.sqlite'))).toEqual([
      'files',
      'incoming',
    ]);
    expect(all.filter(({ answered }) => answered).length).toBeGreaterThan(KILLS * WRITERS.length);
    // Kills that hit nothing in flight would prove nothing.
    expect(all.filter(({ answered }) => !answered).length).toBeGreaterThan(KILLS);
  });
}, 600_000);

/** Four writers, two versions of their own and one that they share; the kill comes some moment after some answer. */
async function killUnderLoad(
  registry: RegistryProcess,
  round: number,
  random: Random,
  attempts: Attempt[],
): Promise<void> {
  let left = 8 + random.below(40);
  const wait = random.below(40);
  const { promise: due, resolve: strike } = Promise.withResolvers<undefined>();
  const onAnswer = (): void => {
    left -= 1;
    if (left === 0) strike(undefined);
  };
  const writers = WRITERS.map((writer) => {
    const own = seededRandom(round * 10 + writer);
    const next = (index: number) => ({
      version: own.pick([`${round}.${writer}.0`, `${round}.0.0`]),
      // Some names come again and again: of twins the newest is served.
      name: index % 5 === 0 ? `writer${writer}-again` : `writer${writer}-${index}`,
      body: Buffer.alloc(own.pick(SIZES), `round ${round}, writer ${writer}, file ${index};`),
    });
    return writeUntilGone(registry.url, next, attempts, onAnswer);
  });
  await Promise.race([due, Promise.all(writers)]);
  await sleep(wait);
  await registry.kill();
  await Promise.all(writers);
}

/** Each answered upload has its row; each row has the bytes it speaks of; what is served is the newest. */
async function expectWhole(registry: string, attempts: readonly Attempt[]): Promise<Row[]> {
  const agent = new Agent({ keepAlive: true });
  try {
    const rows: Row[] = [];
    for (const [version, id] of await packageIds(registry, agent)) {
      const own = attempts.filter((attempt) => attempt.version === version);
      if (own.length > 0) rows.push(...(await expectVersionWhole({ registry, agent, version, id }, own)));
    }
    const answered = new Set(attempts.filter((attempt) => attempt.answered).map(({ version }) => version));
    const listed = new Set((await packageIds(registry, agent)).map(([version]) => version));
    expect([...answered].filter((version) => !listed.has(version))).toEqual([]);
    return rows;
  } finally {
    agent.destroy();
  }
}

interface WholeVersion {
  readonly registry: string;
  readonly agent: Agent;
  readonly version: string;
  readonly id: number;
}

async function expectVersionWhole(
  { registry, agent, version, id }: WholeVersion,
  attempts: readonly Attempt[],
): Promise<Row[]> {
  const rows = await everyPage<Row>(registry, agent, `/packages/${id}/package_files?`);
  const stored = new Set(rows.map((row) => `${row.file_name} ${row.file_sha256}`));
  expect(attempts.filter((attempt) => attempt.answered && !stored.has(`${attempt.name} ${attempt.sha256}`))).toEqual(
    [],
  );
  const sent = new Set(attempts.map((attempt) => `${attempt.name} ${attempt.sha256}`));
  expect([...stored].filter((row) => !sent.has(row))).toEqual([]);
  for (const row of rows) {
    const { status, body } = await ask(agent, `${api(registry)}/packages/${id}/package_files/${row.id}/download`);
    expect([version, row.file_name, status, body.length, sha256(body)]).toEqual([
      version,
      row.file_name,
      200,
      row.size,
      row.file_sha256,
    ]);
  }
  for (const [name, row] of new Map(rows.map((one) => [one.file_name, one]))) {
    const { body } = await ask(agent, fileUrl(registry, version, name));
    expect([version, name, sha256(body)]).toEqual([version, name, row.file_sha256]);
  }
  return rows;
}

async function packageIds(registry: string, agent: Agent): Promise<[version: string, id: number][]> {
  const rows = await everyPage<{ id: number; version: string }>(registry, agent, `/packages?package_name=${PACKAGE}&`);
  return rows.map(({ id, version }) => [version, id]);
}

async function everyPage<T>(registry: string, agent: Agent, path: string): Promise<T[]> {
  const found: T[] = [];
  for (let page = 1; ; page += 1) {
    const { status, body } = await ask(agent, `${api(registry)}${path}per_page=100&page=${page}`);
    expect(status).toBe(200);
    const items = JSON.parse(body.toString()) as T[];
    found.push(...items);
    if (items.length < 100) return found;
  }
}

function api(registry: string): string {
  return `${registry}/api/v4/projects/${PROJECT.id}`;
}

test('a publish with retries outlives ten kills of its registry, and each file is there once', async () => {
  await inFolder(async (folder) => {
    const files = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [
        `file-${String(index).padStart(3, '0')}`,
        `file ${index};`.repeat(index % 10 === 0 ? 20_000 : 50),
      ]),
    );
    await writeFiles(join(folder, 'out'), files);
    const random = seededRandom(2);
    const slow = ['--latency=40'];
    let registry = await startRegistryProcess(program, folder, 0, slow);
    const connection = { 'api-url': `${registry.url}/api/v4`, project: PROJECT.path, token: TOKENS.personal };
    const inputs = { ...connection, 'package-version': WIDGET.version, directory: 'out', files: '**', retries: '20' };
    const run = program.run('publish', inputs, { cwd: folder });
    for (let kill = 0; kill < 10; kill += 1) {
      await Promise.race([sleep(100 + random.below(300)), run]);
      await registry.kill();
      registry = await startRegistryProcess(program, folder, registry.port, slow);
    }
    expect(await run).toMatchObject({ code: 0, outputs: { 'file-count': '200', complete: 'true' } });
    await registry.kill();
    await withRegistry({ data: dataOf(folder) }, async (again) => {
      const rows = (await storedRows(again, WIDGET)).filter(({ name }) => name !== 'generic-package.json');
      expect(rows.map((row) => [row.name, row.sha256]).sort()).toEqual(
        Object.entries(files)
          .map(([name, content]) => [name, sha256(content)])
          .sort(),
      );
    });
  });
});

describe('a second registry on the same folder', () => {
  test('is refused, names the folder, and touches nothing of the first', async () => {
    await inFolder(async (folder) => {
      const first = await startRegistryProcess(program, folder);
      const body = Buffer.alloc(3_000_000, 'x');
      const url = fileUrl(first.url, '1.0.0', 'large');
      const { sending, status } = openUpload(url, body.length);
      sending.write(body.subarray(0, 2_500_000));
      while ((await filesBelow(folder, 'incoming')).length === 0) await sleep(5);

      const second = await (await launch(program, folder)).ended;
      expect(second).toMatchObject({ code: 2, stdout: '' });
      expect(second.stderr).toContain(dataOf(folder));
      expect(second.stderr).toContain('Is another registry running on this folder?');

      sending.end(body.subarray(2_500_000));
      expect(await status).toBe(201);
      expect(sha256((await ask(new Agent(), url)).body)).toBe(sha256(body));
      await first.kill();
    });
  });

  test('is taken once the first was killed', async () => {
    await inFolder(async (folder) => {
      await (await startRegistryProcess(program, folder)).kill();
      const second = await startRegistryProcess(program, folder);
      expect((await ask(new Agent(), `${api(second.url)}/packages`)).status).toBe(200);
      await second.kill();
    });
  });
});

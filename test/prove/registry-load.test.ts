/** What wants to keep the registry busy does not: the next request of somebody else is answered within 100 ms. */
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Started } from '../support/process.ts';
import { startNode } from '../support/process.ts';
import { copyProgram, type Program } from './support/program.ts';

const VERSIONS = 10_000;
const TOKEN = 'glpat-for-load';
const CONFIG = {
  projects: [{ id: 1, path: 'a/b', visibility: 'public' }],
  tokens: [{ token: TOKEN, kind: 'personal', role: 'owner' }],
  settings: { duplicates_allowed: false, duplicate_exception_regex: '(a*)*(a|aa)+(.*.*.*.*)*b' },
  packages: Array.from({ length: VERSIONS }, (_, at) => ({ project: 1, name: 'many', version: `1.0.${at}` })),
};

let program: Program;
let folder: string;
let registry: Started;
let url: string;

beforeAll(async () => {
  program = await copyProgram();
  folder = await mkdtemp(join(tmpdir(), 'generic-packages-load-'));
  const flags = ['registry', '--json', '--port=0', '--config=-'];
  registry = await startNode(program.path, flags, { cwd: folder, stdin: JSON.stringify(CONFIG) });
  const { stdout } = registry.child;
  if (stdout === null) throw new Error('it has no output');
  const line = await new Promise<string>((resolve) => createInterface(stdout).once('line', resolve));
  ({ url } = JSON.parse(line) as { url: string });
});
afterAll(async () => {
  registry.child.kill('SIGKILL');
  await registry.ended;
  await program.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
}

function ask(path: string, { method = 'GET', headers = {}, body, agent }: Asked = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url + path, { method, headers, ...(agent === undefined ? {} : { agent }) }, (answer) => {
      answer.resume();
      answer.on('end', () => {
        resolve(answer.statusCode ?? 0);
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Milliseconds of the next request, begun while `busy` is under way; the best of some, for the machine is shared. */
async function nextAnswer(busy: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const work = busy();
    // By then it has arrived.
    await new Promise((resolve) => setTimeout(resolve, 10));
    const begun = performance.now();
    expect(await ask('/api/v4/projects/1')).toBe(200);
    times.push(performance.now() - begun);
    await work;
  }
  return Math.min(...times);
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const AS_OWNER = { 'PRIVATE-TOKEN': TOKEN };

describe('the next request is answered in time', () => {
  test.each([
    ['pairs', 'a=x&'.repeat(262_144)],
    ['a list', 'milestones[]=x&'.repeat(70_000)],
    ['depth', `a${'[b]'.repeat(349_000)}=x`],
    ['one name', `${'a'.repeat(1_048_000)}=x`],
    ['escapes', '%41'.repeat(349_000)],
  ])('after a form of 1 MB: %s', async (_what, body) => {
    for (const headers of [FORM, { ...FORM, ...AS_OWNER }]) {
      const time = await nextAnswer(() => ask('/api/v4/projects/1/releases', { method: 'POST', headers, body }));
      expect(time).toBeLessThan(100);
    }
  });

  test('after a hostile expression', async () => {
    const name = 'a'.repeat(6_000);
    const put = (): Promise<number> =>
      ask(`/api/v4/projects/1/packages/generic/${name}/1.0.0/f`, { method: 'PUT', headers: AS_OWNER, body: 'x' });
    expect(await put()).toBe(201);
    expect(await nextAnswer(put)).toBeLessThan(100);
    expect(await put()).toBe(400);
  });

  test('beside 5,000 connections that say nothing', async () => {
    const silent: Socket[] = [];
    const { hostname, port } = new URL(url);
    try {
      for (let batch = 0; batch < 50; batch += 1) {
        const opened = Array.from({ length: 100 }, () => connect(Number(port), hostname));
        silent.push(...opened);
        await Promise.all(opened.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
      }
      expect(silent.filter(({ destroyed }) => !destroyed)).toHaveLength(5_000);
      expect(await nextAnswer(() => Promise.resolve())).toBeLessThan(100);
    } finally {
      for (const socket of silent) socket.destroy();
    }
  });

  test('while 10,000 pages of a list are turned', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    const turn = async (page: number): Promise<void> => {
      expect(await ask(`/api/v4/projects/1/packages?per_page=1&page=${page}`, { agent })).toBe(200);
    };
    let page = 0;
    let time = Number.POSITIVE_INFINITY;
    while (page < VERSIONS) {
      const pages = Array.from({ length: 500 }, (_, at) => page + at + 1);
      const turned = Promise.all(pages.map(turn));
      const begun = performance.now();
      expect(await ask('/api/v4/projects/1')).toBe(200);
      time = Math.min(time, performance.now() - begun);
      await turned;
      page += pages.length;
    }
    agent.destroy();
    expect(time).toBeLessThan(100);
  });
});

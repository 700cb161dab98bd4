/** What save-version does when others write the same variable, step by step: GitLab lets the last one win. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { closeAll, sendJson, serve, type Loopback } from '../gitlab/loopback.ts';
import { makeFolder } from '../hosts/workbench.ts';
import { runHere, type Run } from './in-process.ts';

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(async () => {
  folder.remove();
  await closeAll();
});

interface Script {
  /** What the variable holds at each look; undefined: it is missing. The last one stays. */
  readonly looks: readonly (string | undefined)[];
  /** The answer to each write; 0: the connection breaks instead. */
  readonly writes: readonly number[];
}

const ANSWERS = new Map<number, unknown>([
  [400, { message: { key: ['(VERSION) has already been taken'] } }],
  [403, { message: '403 Forbidden' }],
]);

function servePlay({ looks, writes }: Script): Promise<Loopback> {
  let [looked, written] = [0, 0];
  return serve((request, response) => {
    if (request.method === 'GET') {
      const value = looks[Math.min(looked++, looks.length - 1)];
      const row = { key: 'VERSION', value, variable_type: 'env_var', masked: false, environment_scope: '*' };
      if (value === undefined) sendJson(response, 404, { message: '404 Variable Not Found' });
      else sendJson(response, 200, row);
      return;
    }
    const status = writes[written++] ?? 500;
    request.resume().on('end', () => {
      if (status === 0) request.socket.destroy();
      else sendJson(response, status, ANSWERS.get(status) ?? {});
    });
  });
}

async function save(script: Script, inputs: Record<string, string> = {}): Promise<Run & { calls: string[] }> {
  const host = await servePlay(script);
  const all = {
    'api-url': host.origin,
    project: '42',
    variable: 'VERSION',
    'package-version': '1.2.5',
    retries: '0',
    ...inputs,
  };
  const run = await runHere('save-version', all, { GENERIC_PACKAGES_TOKEN: 'glpat-12' }, folder.path);
  return { ...run, calls: host.seen.map(({ method }) => method) };
}

const WRITTEN = ['GET', 'PUT', 'GET'];
const MADE = ['GET', 'POST', 'GET'];

describe('what is read back decides', () => {
  test.each([
    {
      title: 'its own value',
      looks: ['1.2.3', '1.2.5'],
      writes: [200],
      inputs: {},
      calls: WRITTEN,
      outputs: { version: '1.2.5', previous: '1.2.3', changed: true },
    },
    {
      title: 'a higher one, which may be kept',
      looks: ['1.2.3', '1.2.9'],
      writes: [200],
      inputs: { 'if-lower': 'keep' },
      calls: WRITTEN,
      outputs: { version: '1.2.9', previous: '1.2.3', changed: false },
    },
    {
      title: 'its own, though the answer to the write was lost',
      looks: ['1.2.3', '1.2.5'],
      writes: [0],
      inputs: {},
      calls: WRITTEN,
      outputs: { changed: true },
    },
    {
      title: 'its own, though the write was answered 502',
      looks: ['1.2.3', '1.2.5'],
      writes: [502],
      inputs: {},
      calls: WRITTEN,
      outputs: { changed: true },
    },
    {
      title: 'its own, made with a lost answer',
      looks: [undefined, '1.2.5'],
      writes: [0],
      inputs: {},
      calls: MADE,
      outputs: { previous: 'none', changed: true },
    },
    {
      title: 'a lower one that another run made first',
      looks: [undefined, '1.2.4', '1.2.5'],
      writes: [400, 200],
      inputs: {},
      calls: ['GET', 'POST', ...WRITTEN],
      outputs: { previous: '1.2.4', changed: true },
    },
    {
      title: 'an equal one that another run made first',
      looks: [undefined, '1.2.5'],
      writes: [400],
      inputs: {},
      calls: MADE,
      outputs: { previous: '1.2.5', changed: false },
    },
    {
      title: 'a higher one that another run made first',
      looks: [undefined, '1.2.9'],
      writes: [400],
      inputs: { 'if-lower': 'keep' },
      calls: MADE,
      outputs: { version: '1.2.9', changed: false },
    },
  ])('$title: done', async ({ looks, writes, inputs, calls, outputs }) => {
    expect(await save({ looks, writes }, inputs)).toMatchObject({ code: 0, outputs, calls });
  });

  test.each([
    {
      title: 'a higher one',
      looks: ['1.2.3', '1.2.9'],
      writes: [200],
      inputs: {},
      calls: WRITTEN,
      says: 'holds 1.2.9 when it is read back',
    },
    {
      title: 'a lower one',
      looks: ['1.2.3', '1.2.4'],
      writes: [200],
      inputs: { 'if-lower': 'keep' },
      calls: WRITTEN,
      says: 'holds 1.2.4 when it is read back',
    },
    {
      title: 'none at all',
      looks: ['1.2.3', undefined],
      writes: [200],
      inputs: {},
      calls: WRITTEN,
      says: 'is missing when it is read back',
    },
    {
      title: 'the old one, after a lost answer',
      looks: ['1.2.3'],
      writes: [0],
      inputs: {},
      calls: WRITTEN,
      says: 'PUT',
    },
    {
      title: 'the old one, after a 502',
      looks: ['1.2.3'],
      writes: [502],
      inputs: {},
      calls: WRITTEN,
      says: 'was answered 502',
    },
    {
      title: 'one that another run made first and was not expected',
      looks: [undefined, '1.2.4'],
      writes: [400],
      inputs: { expected: 'none' },
      calls: MADE,
      says: 'holds 1.2.4, but --expected is none',
    },
    {
      title: 'a higher one that another run made first',
      looks: [undefined, '1.2.9'],
      writes: [400],
      inputs: {},
      calls: MADE,
      says: 'which is higher than 1.2.5',
    },
    {
      title: 'nothing, which is there when it is to be made',
      looks: [undefined],
      writes: [400, 400],
      inputs: {},
      calls: [...MADE, 'POST'],
      says: 'was missing when it was read, but it is there when this run makes it',
    },
    {
      title: 'nothing, for the write was refused',
      looks: ['1.2.3'],
      writes: [403],
      inputs: {},
      calls: ['GET', 'PUT'],
      says: 'was answered 403',
    },
  ])('$title: an error', async ({ looks, writes, inputs, calls, says }) => {
    const run = await save({ looks, writes }, inputs);

    expect(run).toMatchObject({ code: 1, calls });
    expect(run.shown).toContain(says);
  });
});

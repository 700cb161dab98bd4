/** `cleanup` where lists cannot be read, answers are lost, and others are at work in the same moment. */
import { afterEach, expect, test } from '@jest/globals';
import { AGED_TOKENS, openAgedRegistry, type AgedRegistry } from '../support/aged-registry.ts';
import { openRefuser, openWatched, type Between } from '../support/between.ts';
import { terminal } from '../support/in-process.ts';
import type { Inputs, PlatformRun } from '../support/platform.ts';
import { PROJECT } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';

let aged: AgedRegistry | undefined;
let front: Between | undefined;
afterEach(async () => {
  await front?.close();
  await aged?.close();
  [aged, front] = [undefined, undefined];
});

const RULES: Inputs = {
  'package-name': 'widget',
  'delete-older-than': '1d',
  'delete-incomplete-older-than': '7d',
  'keep-latest': '1',
  'max-share': '100%',
  'dry-run': 'false',
  retries: '1',
};

async function open(): Promise<AgedRegistry> {
  aged = await openAgedRegistry({ tags: ['v9.0.0'], variables: [{ key: 'DEPLOYED', value: '9.0.0' }] });
  await aged.publish([
    ...['1.0.0', '1.1.0', '9.0.0'].map((version) => ({ version, age: 300 })),
    { version: '1.2.0', age: 300, status: 'hidden' },
  ]);
  return aged;
}

const ALL = ['widget 1.0.0', 'widget 1.1.0', 'widget 9.0.0'];

function run({ port }: Between, inputs: Inputs = {}): Promise<PlatformRun> {
  const connection = {
    'api-url': `http://127.0.0.1:${port}/api/v4`,
    project: String(PROJECT.id),
    token: AGED_TOKENS.maintainer,
  };
  return inFolder((cwd) => terminal.run('cleanup', { ...RULES, ...connection, ...inputs }, { cwd }));
}

function portOf({ registry }: AgedRegistry): number {
  return Number(new URL(registry.url).port);
}

const LISTS = ['/repository/tags', '/releases', '/variables/DEPLOYED', '/packages?'] as const;
const REFUSALS = [401, 403, 404, 'cut'] as const;

test.each(LISTS.flatMap((list) => REFUSALS.map((refusal) => ({ list, refusal }))))(
  'where $list answers $refusal, nothing is deleted',
  async ({ list, refusal }) => {
    const of = await open();
    front = await openRefuser(portOf(of), (method, path) =>
      method === 'GET' && path.includes(list) ? refusal : undefined,
    );
    const ended = await run(front, { 'keep-variable': 'DEPLOYED' });
    expect(ended.code).toBe(1);
    if (list !== '/packages?') expect(ended.stderr).toContain('Nothing is deleted while a keep rule cannot be read');
    expect(front.seen.filter((line) => /^(?:DELETE|PUT)/.test(line))).toEqual([]);
    expect([...(await of.listed()), ...(await of.listed('hidden'))]).toEqual([...ALL, 'widget 1.2.0']);
  },
);

test('a list that can be read for the plan and not again before the first deletion deletes nothing', async () => {
  const of = await open();
  let times = 0;
  front = await openRefuser(portOf(of), (_method, path) =>
    path.includes('/repository/tags') && (times += 1) > 1 ? 403 : undefined,
  );
  expect((await run(front)).code).toBe(1);
  expect(times).toBeGreaterThan(1);
  expect(await of.listed()).toEqual(ALL);
});

test('a version whose status changes right before its deletion stays', async () => {
  const of = await open();
  let met = false;
  front = await openWatched(portOf(of), async (method) => {
    if (method !== 'DELETE' || met) return;
    met = true;
    // GitLab's clock tells whole seconds: the change comes in a later one than the list.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    for (const version of ['1.0.0', '1.1.0']) {
      await of.put({ version }, 'again.txt', { status: 'hidden' });
      await of.put({ version }, 'again.txt', { status: 'default' });
    }
  });
  const ended = await run(front, { concurrency: '1' });
  expect({ code: ended.code, said: ended.stderr }).toMatchObject({ code: 0 });
  expect(await of.listed()).toEqual(ALL);
  expect(ended.stderr).toContain('widget 1.0.0 stays: its status changed since the plan was made');
});

test('a version that is hidden right before its deletion stays, and one that is gone is done', async () => {
  const of = await open();
  let met = false;
  front = await openWatched(portOf(of), async (method) => {
    if (method !== 'DELETE' || met) return;
    met = true;
    await of.put({ version: '1.0.0' }, 'again.txt', { status: 'hidden' });
    await of.ask('DELETE', '/packages/2');
  });
  const ended = await run(front, { concurrency: '1', 'delete-incomplete-older-than': '400d' });
  expect(ended).toMatchObject({ code: 0, outputs: { 'deleted-count': '1' } });
  expect(ended.stderr).toContain('widget 1.0.0 stays: it was hidden since the plan was made');
  expect([...(await of.listed()), ...(await of.listed('hidden'))].sort()).toEqual([
    ...['widget 1.0.0', 'widget 1.2.0', 'widget 9.0.0'],
  ]);
});

test('a leftover that is completed while its deletion is begun stays', async () => {
  const of = await open();
  front = await openWatched(portOf(of), async (method, path) => {
    if (method === 'GET' && path.includes('/packages/4/package_files')) {
      await of.put({ version: '1.2.0' }, 'generic-package.json', { content: '{}', status: 'default' });
    }
  });
  const ended = await run(front);
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stderr).toContain('widget 1.2.0 stays: somebody published to it meanwhile');
  expect(await of.listed()).toEqual(['widget 1.2.0', 'widget 9.0.0']);
});

test('a deletion whose answer is lost is not done twice, and no failure', async () => {
  const of = await open();
  let lost = false;
  const port = portOf(of);
  front = await openRefuser(port, (method, path) => {
    if (method !== 'DELETE' || lost) return undefined;
    lost = true;
    void of.ask('DELETE', path.replace(/.*\/packages/, '/packages'));
    return 502;
  });
  expect(await run(front)).toMatchObject({ code: 0, outputs: { 'deleted-count': '3' } });
  expect([...(await of.listed()), ...(await of.listed('hidden'))]).toEqual(['widget 9.0.0']);
});

test('a leftover that a killed run made visible goes with the next one, and is no version that counts', async () => {
  const of = await open();
  await of.put({ version: '1.2.0' }, 'generic-package.abandoned.json', { status: 'default' });
  front = await openRefuser(portOf(of), () => undefined);
  expect(await run(front, { 'delete-older-than': '400d' })).toMatchObject({
    code: 0,
    outputs: { 'deleted-count': '1' },
  });
  expect(await of.listed()).toEqual(ALL);
});

/**
 * Proves: twenty pipelines at once, each job a process of its own, get twenty versions and serve their
 * own bytes under them; saved one at a time the variable only rises; saved without any lock no run
 * believes a value that it did not read back; version jobs that are killed cost a number each at most.
 */
import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseVersion } from '../../src/core/versions/index.ts';
import { seededRandom, type Random } from '../core/random.ts';
import { startJob, type JobRun } from '../support/gitlab-job.ts';
import { runJob } from '../support/platforms.ts';
import type { Ended } from '../support/process.ts';
import { claimsOf, getRaw, storedRows, visibleVersions } from '../support/raw.ts';
import { puts } from '../support/registry.ts';
import { until } from '../support/until.ts';
import { variableOf } from '../support/version-registry.ts';
import { bytesOf, KEY, through, withPipelines, type Line, type Works } from './support/pipelines.ts';
import type { Passing, RelayRules } from './support/relay.ts';
import { overhear, variableTokenOf, type Said } from './support/talk.ts';

const COUNT = 20;
const RACE = { race_window: 400 };
const OUT = { directory: 'out', files: '**' };

function version(line: Line): Promise<JobRun> {
  return runJob(line, 'version', { variable: KEY, 'variable-token': line.variableToken, claim: 'true' });
}

function save(line: Line, inputs: Readonly<Record<string, string>>): Promise<JobRun> {
  return runJob(line, 'save-version', { variable: KEY, 'variable-token': line.variableToken, ...inputs });
}

/** The outputs, or what went wrong. */
function wordOf({ code, stdout, stderr, outputs }: JobRun): JobRun['outputs'] {
  return code === 0 ? outputs : { failed: stdout + stderr };
}

function patchOf(text: string | undefined): number {
  return parseVersion(text ?? '')?.patch ?? Number.NaN;
}

function numbersFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

function sorted(numbers: readonly number[]): number[] {
  return [...numbers].sort((a, b) => a - b);
}

/** Lets one at a time through, in the order in which they come: GitLab's `resource_group`. */
function resourceGroup(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
}

describe('the whole way of twenty pipelines at once', () => {
  test('ends in twenty versions with their own bytes, a variable that only rose, and numbers that retries keep', async () => {
    await withPipelines(COUNT, RACE, async ({ registry, relay, lines }) => {
      const talk = overhear();
      relay.rule(talk.rules);
      const oneAtATime = resourceGroup();
      const travel = async (line: Line, index: number): Promise<string> => {
        const isRetried = index % 4 === 0;
        const worked = wordOf(await version(line));
        const words = [worked];
        if (isRetried) words.push(wordOf(await version(line)));
        words.push(wordOf(await runJob(line, 'publish', { ...OUT, part: 'candidate' })));
        if (isRetried) words.push(wordOf(await version(line)));
        words.push(wordOf(await runJob(line, 'publish', { parts: 'candidate' })));
        if (isRetried) words.push(wordOf(await version(line)));
        const saved = wordOf(await oneAtATime(() => save(through(relay, line), { 'if-lower': 'keep' })));
        if (isRetried) words.push(wordOf(await version(line)));
        const all = words.map((word) => word['package-version'] ?? word.version ?? word.failed);
        expect(new Set(all)).toEqual(new Set([worked.version]));
        expect(saved).toMatchObject({ changed: expect.stringMatching(/^(true|false)$/) });
        return worked.version ?? '';
      };
      const versions = await Promise.all(lines.map(travel));

      expect(sorted(versions.map(patchOf))).toEqual(numbersFrom(4, COUNT));
      for (const [index, line] of lines.entries()) {
        expect(await getRaw(registry, { name: 'widget', version: versions[index] ?? '' }, 'who.txt')).toBe(
          bytesOf(line),
        );
      }
      expect((await visibleVersions(registry)).sort()).toEqual([...versions].sort());
      // The race was one: some lost a number that they had seen free.
      expect(claimPuts(registry)).toBeGreaterThan(COUNT);

      const written = talk.said.filter(({ method }) => method === 'PUT').map(({ value }) => patchOf(value));
      expect(written).toEqual([...new Set(sorted(written))]);
      expect(written.at(-1)).toBe(3 + COUNT);
      expect(await variableOf(registry, KEY)).toMatchObject({ value: `1.2.${3 + COUNT}` });
    });
  });
});

describe('twenty that save at once without any lock', () => {
  test.each<{ when: string; held: (said: readonly Said[]) => RelayRules }>([
    { when: 'as they come', held: () => ({}) },
    { when: 'all write before one reads back', held: allWriteFirst },
    { when: 'every request takes as long as it likes', held: atRandom },
  ])('$when: each believes what it has read back, or says what became of its value', async ({ held }) => {
    await withPipelines(COUNT, {}, async ({ registry, relay, lines }) => {
      const talk = overhear();
      relay.rule({ ...talk.rules, ...held(talk.said) });
      const runs = await Promise.all(
        lines.map(async (line, index) => {
          const own = `1.2.${4 + index}`;
          const ifLower = index % 2 === 0 ? 'keep' : 'fail';
          return {
            own,
            ifLower,
            line,
            run: await save(through(relay, line), { 'package-version': own, 'if-lower': ifLower }),
          };
        }),
      );

      for (const { own, ifLower, line, run } of runs) {
        const said = talk.said
          .filter(({ token }) => token === line.variableToken)
          .map(({ method, value }) => `${method} ${value ?? ''}`);
        const [last = ''] = said.slice(-1);
        if (run.code !== 0) {
          expect(last).not.toBe(`GET ${own}`);
          const value = last.replace('GET ', '');
          const overtaken = `was set to ${own}, and holds ${value} when it is read back`;
          expect(run.stdout).toContain(said.length === 3 ? overtaken : `holds ${value}, which is higher than ${own}`);
        } else if (run.outputs.changed === 'true') {
          expect(run.outputs.version).toBe(own);
          expect(said.slice(-2)).toEqual([`PUT ${own}`, `GET ${own}`]);
        } else {
          expect([ifLower, last]).toEqual(['keep', `GET ${run.outputs.version ?? ''}`]);
          expect(patchOf(run.outputs.version)).toBeGreaterThan(patchOf(own));
        }
      }
      const believed = runs.filter(({ run }) => run.code === 0 && run.outputs.changed === 'true').map(({ own }) => own);
      expect(believed).toContain((await variableOf(registry, KEY))?.value);
      if (held === allWriteFirst) expect(believed).toHaveLength(1);
    });
  });
});

/** Every run has seen 1.2.3 before the first one writes, and the last one has written before any reads back. */
function allWriteFirst(said: readonly Said[]): RelayRules {
  const count = (method: string): number => said.filter((one) => one.method === method).length;
  const forever = new Promise(() => undefined);
  return {
    before: async (passing) => {
      const wrote = said.some(({ token, method }) => method === 'PUT' && token === variableTokenOf(passing));
      if (passing.method === 'PUT') await until(() => count('GET') >= COUNT, forever);
      else if (wrote) await until(() => count('PUT') === COUNT, forever);
      return undefined;
    },
  };
}

function atRandom(): RelayRules {
  const random = seededRandom(20);
  const wait = async (): Promise<undefined> => {
    await sleep(random.below(300));
  };
  return { before: wait, after: wait };
}

describe('version jobs that are killed', () => {
  test('cost a number each at most: nothing is stuck, others go on behind them, and retries get what was theirs', async () => {
    await withPipelines(COUNT + 5, { race_window: 50 }, async (works) => {
      const { registry, lines } = works;
      const [killed, others] = [lines.slice(0, COUNT), lines.slice(COUNT)];
      expect(await killAll(works, killed)).toBe(COUNT);

      const lost = await claimed(registry, killed);
      const recorded = await recordedOwners(registry);
      expect(lost.size).toBeGreaterThan(0);
      // Nobody has two, and the numbers have no gap.
      expect(sorted([...lost.values()])).toEqual(numbersFrom(4, lost.size));
      const fresh = (await Promise.all(others.map(version))).map(wordOf);
      expect(sorted(fresh.map((word) => patchOf(word.version)))).toEqual(numbersFrom(4 + lost.size, others.length));

      const again = (await Promise.all(killed.map(version))).map(wordOf);
      const patches = again.map((word) => patchOf(word.version));
      for (const [index, { id }] of killed.entries())
        if (recorded.has(id)) expect([id, patches[index]]).toEqual([id, lost.get(id)]);
      // Killed between its two records, a pipeline has lost its number, and nobody else gets it.
      const spent = [...lost].filter(([id]) => !recorded.has(id)).map(([, patch]) => patch);
      const given = [...patches, ...fresh.map((word) => patchOf(word.version)), ...spent];
      expect(sorted(given)).toEqual(numbersFrom(4, lines.length + spent.length));
    });
  });
});

/**
 * Starts a version job for each, four at once, and ends it with SIGKILL: at one of its first four requests, or,
 * three times as often, at its claim or the request after that; either when it is sent, to arrive later,
 * or when it is answered, unheard. Returns how many were killed.
 */
async function killAll({ relay }: Works, lines: readonly Line[]): Promise<number> {
  const random = seededRandom(7);
  const plans = new Map(lines.map((line) => [line.jobToken, planKill(random)]));
  const planOf = ({ headers }: Passing) => plans.get(String(headers['job-token']));
  relay.rule({
    before: (passing) => {
      const plan = planOf(passing);
      if (plan === undefined) return undefined;
      if (plan.seen > 0 || !plan.fromClaim || passing.method === 'PUT') plan.seen += 1;
      if (plan.seen === plan.at && !plan.unheard) plan.kill();
      return undefined;
    },
    after: (passing) => {
      const plan = planOf(passing);
      if (plan?.unheard === true && plan.seen >= plan.at) plan.kill();
      return undefined;
    },
  });
  const start = async (line: Line): Promise<Ended> => {
    const job = await startJob(through(relay, line), 'version', {
      variable: KEY,
      'variable-token': line.variableToken,
      claim: 'true',
    });
    const plan = plans.get(line.jobToken);
    if (plan !== undefined) plan.kill = () => void job.child.kill('SIGKILL');
    return job.ended;
  };
  let killed = 0;
  for (let at = 0; at < lines.length; at += 4) {
    const ended = await Promise.all(lines.slice(at, at + 4).map(start));
    killed += ended.filter(({ signal }) => signal === 'SIGKILL').length;
    await relay.idle();
  }
  return killed;
}

function planKill(random: Random): {
  fromClaim: boolean;
  at: number;
  unheard: boolean;
  seen: number;
  kill: () => void;
} {
  const fromClaim = random.below(4) > 0;
  return {
    fromClaim,
    at: 1 + random.below(fromClaim ? 2 : 4),
    unheard: random.below(2) === 1,
    seen: 0,
    kill: () => undefined,
  };
}

/** Which patch each of these pipelines has claimed: the first file of the version's claims is the owner's. */
async function claimed(registry: Works['registry'], lines: readonly Line[]): Promise<Map<number, number>> {
  const owned: [number, number][] = [];
  for (const number of await visibleVersions(registry, claimsOf('widget'))) {
    if (!/^\d/.test(number)) continue;
    const [first] = await storedRows(registry, { name: claimsOf('widget'), version: number });
    const line = lines.find(({ id }) => first?.name === `pipeline-${id}.json`);
    if (line !== undefined) owned.push([line.id, patchOf(number)]);
  }
  expect(new Set(owned.map(([id]) => id)).size).toBe(owned.length);
  return new Map(owned);
}

/** The pipelines whose second record is there: the number that they won, for their retries. */
async function recordedOwners(registry: Works['registry']): Promise<Set<number>> {
  const versions = await visibleVersions(registry, claimsOf('widget'));
  return new Set(versions.flatMap((owner) => /^pipeline-(\d+)$/.exec(owner)?.slice(1).map(Number) ?? []));
}

function claimPuts(registry: Works['registry']): number {
  return puts(registry).filter(({ path }) => path.includes(`/${claimsOf('widget')}/`)).length;
}

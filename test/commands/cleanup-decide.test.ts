/** Which versions a cleanup deletes: random registries and rules against an oracle, and the invariants of every plan. */
import { describe, expect, test } from '@jest/globals';
import { capRefusals, decideVersions, deletionsOf } from '../../src/commands/cleanup/decide.ts';
import { seededRandom } from '../core/random.ts';
import { oracle } from './cleanup-oracle.ts';
import { factsOf, randomRules, randomWorld, rulesOf } from './cleanup-worlds.ts';

const ROUNDS = 1500;
/** Another one with CLEANUP_SEED; each failure names its own. */
const FIRST_SEED = Number(process.env.CLEANUP_SEED ?? '1');

const CASES = Array.from({ length: ROUNDS }, (_, round) => {
  const seed = FIRST_SEED + round;
  const random = seededRandom(seed);
  const [world, rules] = [randomWorld(random), randomRules(random)];
  return { seed, world, rules, facts: factsOf(world, rules), given: rulesOf(rules) };
});

const KEEP_RULES = ['keep-latest', 'keep', 'keep-tagged', 'keep-variable'];

describe('of 1,500 random registries and rule sets', () => {
  test('each is decided as the oracle decides it', () => {
    for (const { seed, world, rules, facts, given } of CASES) {
      const plan = decideVersions(facts, given);
      const expected = oracle(world, rules);
      const deleted = deletionsOf(plan.rows).map(({ facts: { id } }) => id);
      expect({
        seed,
        deleted: deleted.sort(numerically),
        refused: plan.refusals.length + capRefusals(plan.rows, given).length > 0,
      }).toEqual({
        seed,
        deleted: [...expected.deleted].sort(numerically),
        refused: expected.refused,
      });
    }
  });

  test('every version has one row, and a deletion names a rule that was given', () => {
    const given = new Set<string>();
    for (const { seed, world, facts, given: asked } of CASES) {
      const { rows } = decideVersions(facts, asked);
      expect({ seed, rows: rows.length }).toEqual({ seed, rows: world.versions.length });
      for (const { verdict, rule, type, facts: one } of rows) {
        if (verdict === 'keep') continue;
        given.add(rule);
        expect({ seed, id: one.id, has: asked.deleteAfter[type] !== undefined }).toEqual({
          seed,
          id: one.id,
          has: true,
        });
        expect(KEEP_RULES).not.toContain(rule);
      }
    }
    expect([...given].sort()).toEqual([
      'delete-incomplete-older-than',
      'delete-older-than',
      'delete-others-older-than',
      'delete-prereleases-older-than',
    ]);
  });

  test('a second run after the first deletes nothing, and each package keeps a visible version', () => {
    let deletions = 0;
    for (const { seed, facts, given } of CASES) {
      const gone = new Set(deletionsOf(decideVersions(facts, given).rows).map(({ facts: { id } }) => id));
      deletions += gone.size;
      const left = facts.versions.filter(({ id }) => !gone.has(id));
      const again = deletionsOf(decideVersions({ ...facts, versions: left }, given).rows);
      expect({ seed, again: again.map(({ facts: { id } }) => id) }).toEqual({ seed, again: [] });
      const visible = (versions: typeof left): string[] => [
        ...new Set(versions.filter(({ status }) => /^def|^dep/.test(status)).map(({ name }) => name)),
      ];
      expect({ seed, visible: visible(left) }).toEqual({ seed, visible: visible([...facts.versions]) });
    }
    expect(deletions).toBeGreaterThan(ROUNDS);
  });
});

function numerically(a: number, b: number): number {
  return a - b;
}

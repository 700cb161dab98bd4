/** Whether a version is written to a variable, as a table. */
import { describe, expect, test } from '@jest/globals';
import { parseVersion, type Version } from '../../src/core/versions/index.ts';
import { createCredential } from '../../src/gitlab/credentials.ts';
import type { VariableTarget } from '../../src/commands/shared/variable-access.ts';
import { decideSave, type SaveDecision, type SaveRules } from '../../src/commands/save-version/decide.ts';

function version(text: string): Version {
  const read = parseVersion(text);
  if (read === undefined) throw new Error(`${text} is no version`);
  return read;
}

const RULES: SaveRules = { expected: undefined, ifLower: 'fail', create: true, platform: 'terminal' };
const TARGET: VariableTarget = {
  owner: { kind: 'project', id: '42' },
  key: 'VERSION_OF_WIDGET',
  scope: undefined,
  credential: createCredential({ token: 'glpat-of-the-table', type: 'auto' }),
  inJob: undefined,
};

/** The step, or the code of the refusal. */
function outcomeOf(decision: SaveDecision): string {
  if ('refusal' in decision) return decision.refusal.code;
  return decision.step === 'none' ? decision.because : decision.step;
}

describe('saving 1.2.4', () => {
  test.each<[held: string | undefined, rules: Partial<SaveRules>, outcome: string]>([
    [undefined, {}, 'create'],
    [undefined, { create: false }, 'not-found'],
    [undefined, { expected: 'none' }, 'create'],
    [undefined, { expected: '1.2.3' }, 'conflict'],
    [undefined, { expected: '1.2.3', create: false }, 'conflict'],
    ['1.2.3', {}, 'write'],
    ['1.2.3', { create: false }, 'write'],
    ['1.2.3', { expected: '1.2.3' }, 'write'],
    ['1.2.3', { expected: '1.2.2' }, 'conflict'],
    ['1.2.3', { expected: 'none' }, 'conflict'],
    ['1.2.3', { expected: '1.2.2', ifLower: 'write' }, 'conflict'],
    ['1.2.4', {}, 'equal'],
    ['1.2.4', { expected: 'none' }, 'equal'],
    ['1.2.4', { expected: '1.2.3' }, 'equal'],
    ['1.2.4+b', {}, 'write'],
    ['1.2.4-rc.1', {}, 'write'],
    ['1.2.5-rc.1', {}, 'conflict'],
    ['1.10.0', {}, 'conflict'],
    ['1.10.0', { ifLower: 'keep' }, 'kept'],
    ['1.10.0', { ifLower: 'write' }, 'write'],
    ['1.10.0', { ifLower: 'keep', expected: '1.2.3' }, 'conflict'],
    ['1.10.0', { ifLower: 'keep', expected: '1.10.0' }, 'kept'],
    ['1.10.0', { expected: '1.10.0' }, 'conflict'],
  ])('over %s by %j: %s', (held, rules, outcome) => {
    const intent = { target: TARGET, version: version('1.2.4') };
    const decision = decideSave(intent, held === undefined ? undefined : version(held), { ...RULES, ...rules });
    expect(outcomeOf(decision)).toBe(outcome);
  });
});

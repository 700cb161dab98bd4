/** Whether a version is written to a variable, as a table. */
import { describe, expect, test } from '@jest/globals';
import { parseVersion, type Version } from '../../src/core/versions/index.ts';
import { decideSave, type SaveDecision, type SaveRules } from '../../src/commands/save-version/decide.ts';

function version(text: string): Version {
  const read = parseVersion(text);
  if (read === undefined) throw new Error(`${text} is no version`);
  return read;
}

const RULES: SaveRules = { expected: undefined, ifLower: 'fail', create: true };

describe('saving 1.2.4', () => {
  test.each<[held: string | undefined, rules: Partial<SaveRules>, decision: SaveDecision]>([
    [undefined, {}, 'create'],
    [undefined, { create: false }, 'refuse-missing'],
    [undefined, { expected: 'none' }, 'create'],
    [undefined, { expected: '1.2.3' }, 'refuse-unexpected'],
    [undefined, { expected: '1.2.3', create: false }, 'refuse-unexpected'],
    ['1.2.3', {}, 'write'],
    ['1.2.3', { create: false }, 'write'],
    ['1.2.3', { expected: '1.2.3' }, 'write'],
    ['1.2.3', { expected: '1.2.2' }, 'refuse-unexpected'],
    ['1.2.3', { expected: 'none' }, 'refuse-unexpected'],
    ['1.2.3', { expected: '1.2.2', ifLower: 'write' }, 'refuse-unexpected'],
    ['1.2.4', {}, 'equal'],
    ['1.2.4', { expected: 'none' }, 'equal'],
    ['1.2.4', { expected: '1.2.3' }, 'equal'],
    ['1.2.4+b', {}, 'write'],
    ['1.2.4-rc.1', {}, 'write'],
    ['1.2.5-rc.1', {}, 'refuse-lower'],
    ['1.10.0', {}, 'refuse-lower'],
    ['1.10.0', { ifLower: 'keep' }, 'keep'],
    ['1.10.0', { ifLower: 'write' }, 'write'],
    ['1.10.0', { ifLower: 'keep', expected: '1.2.3' }, 'refuse-unexpected'],
    ['1.10.0', { ifLower: 'keep', expected: '1.10.0' }, 'keep'],
    ['1.10.0', { expected: '1.10.0' }, 'refuse-lower'],
  ])('over %s by %j: %s', (held, rules, decision) => {
    expect(decideSave(version('1.2.4'), held === undefined ? undefined : version(held), { ...RULES, ...rules })).toBe(
      decision,
    );
  });
});

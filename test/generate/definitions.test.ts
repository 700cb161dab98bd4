/** What holds for every definition, so that a verb added later is covered the day it is written. */
import { describe, expect, it } from '@jest/globals';
import { jobInputs, programInputs } from '../../src/generate/component-inputs.ts';
import { inputsOf, outputsOf } from '../../src/generate/describe.ts';
import type { Input } from '../../src/spec/inputs.ts';
import { environmentVariable } from '../../src/spec/naming.ts';
import { parseInputs, type RawInputs } from '../../src/spec/parse.ts';
import type { AnyVerb } from '../../src/spec/verb.ts';
import { verbs } from '../../src/verbs/index.ts';
import { RELEASE } from './sample-job.ts';

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const GLOBAL_FLAGS = ['help', 'version', 'verbose', 'json'];
/** GitLab's smallest limit for a dotenv report is 20; our report stops at 15. */
const MOST_OUTPUTS = 15;
const MARKETPLACE_COLOURS = ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'];

const TABLE = verbs.map((verb) => ({ name: verb.name, verb }));
const INPUTS = verbs.flatMap((verb) =>
  inputsOf(verb).map(([input, definition]) => ({ name: `${verb.name} ${input}`, input, definition })),
);

function on(door: 'github' | 'gitlab'): readonly { name: string; verb: AnyVerb }[] {
  return TABLE.filter(({ verb }) => verb.doors.includes(door));
}

function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}

it('the names of verbs are unique', () => {
  expect(repeated(verbs.map((verb) => verb.name))).toEqual([]);
});

describe.each(TABLE)('the verb $name', ({ verb }) => {
  it('has names in kebab case, each its own also as a variable', () => {
    const names = inputsOf(verb).map(([name]) => name);
    const outputs = outputsOf(verb).map(({ name }) => name);

    expect([verb.name, ...names, ...outputs].filter((name) => !KEBAB.test(name))).toEqual([]);
    expect(repeated(names.map(environmentVariable))).toEqual([]);
    expect(repeated(outputs)).toEqual([]);
  });

  it('has flags that are no other input’s and none of every verb’s', () => {
    const flags = inputsOf(verb).flatMap(([name, { kind }]) => {
      if (kind === 'boolean') return [name, `no-${name}`];
      return kind === 'secret' ? [name, `${name}-env`, `${name}-file`] : [name];
    });

    expect(repeated([...GLOBAL_FLAGS, ...flags])).toEqual([]);
  });

  it('can be run with its defaults alone: they are accepted as typed text would be', () => {
    const needed: RawInputs = new Map(
      inputsOf(verb)
        .filter(([, input]) => 'required' in input)
        .map(([name]) => [name, { text: 'sample', source: name }]),
    );

    expect(parseInputs(verb.inputs, needed, 'terminal').problems).toEqual([]);
  });

  it('says what it does: a summary without a full stop, a description in sentences', () => {
    expect(verb.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(verb.description).toMatch(/^[A-Z].*\.$/s);
    expect(outputsOf(verb).filter(({ description }) => !isProse(description))).toEqual([]);
  });
});

describe.each(INPUTS)('the input $name', ({ definition }) => {
  it('is documented in sentences that no file format or pipeline takes for its own', () => {
    expect(isProse(definition.description)).toBe(true);
    expect(definition.fallback ?? '').not.toMatch(/[.\n]$|\$\[\[|\$\{\{/);
  });

  it('has one default at most, of its own form', () => {
    expect(['default', 'fallback', 'required'].filter((key) => key in definition).length).toBeLessThanOrEqual(1);
    expect(wrongForm(definition)).toBe('');
  });
});

describe.each(on('github'))('the action $name', ({ verb }) => {
  it('has an icon and a colour of the marketplace, and leaves `verb` to the action for all', () => {
    expect(verb.branding?.icon).toMatch(KEBAB);
    expect(MARKETPLACE_COLOURS).toContain(verb.branding?.color);
    expect(inputsOf(verb).map(([name]) => name)).not.toContain('verb');
  });
});

describe.each(on('gitlab'))('the component $name', ({ verb }) => {
  it('has a stage and at least one rule', () => {
    expect(verb.component?.stage).toMatch(/^[\w.-]+$/);
    expect(verb.component?.rules.length).toBeGreaterThan(0);
  });

  it('has no input that every component has', () => {
    const every = Object.keys({ ...jobInputs({ name: '', stage: '', rules: [] }), ...programInputs(RELEASE) });

    expect(inputsOf(verb).filter(([name]) => every.includes(name))).toEqual([]);
  });

  it('hands on no more than a dotenv report holds', () => {
    expect(outputsOf(verb).length).toBeLessThanOrEqual(MOST_OUTPUTS);
  });

  it('makes an artifact of an input only if that is a folder of its own by default', () => {
    const name = verb.component?.artifactInput;
    const folder = inputsOf(verb).find(([input]) => input === name)?.[1];

    expect(
      name === undefined || (folder?.kind === 'path' && folder.default !== '.' && folder.default !== undefined),
    ).toBe(true);
  });
});

it('an input of the connection is the same wherever it stands', () => {
  const first = new Map<string, Input>();
  const others = INPUTS.filter(({ definition }) => definition.connection).filter(({ input, definition }) => {
    const known = first.get(input) ?? definition;
    first.set(input, known);
    return known !== definition;
  });

  expect(others.map(({ name }) => name)).toEqual([]);
});

/** Begins like a sentence and ends like one; no line break, no expression of GitHub or GitLab. */
function isProse(text: string): boolean {
  return /^[A-Z`].*[.)]$/.test(text) && !text.includes('$[[') && !text.includes('${{');
}

function wrongForm(input: Input): string {
  if (input.kind === 'choice') {
    const isOdd = input.options.some((option) => option.trim() === '' || option !== option.trim());
    return isOdd || repeated(input.options).length > 0 ? 'options must be unique and not blank' : '';
  }
  if (input.kind === 'integer') return input.min <= input.max ? '' : 'min is above max';
  return 'default' in input && input.default.trim() === '' ? 'a blank default is none' : '';
}

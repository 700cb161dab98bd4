/** What holds for every definition, so that a command added later is covered the day it is written. */
import { describe, expect, it } from '@jest/globals';
import { textOn } from '../../src/definitions/platform-text.ts';
import { jobInputs, programInputs } from '../../src/generate/component-inputs.ts';
import { inputsOf, outputsOf } from '../../src/generate/describe.ts';
import type { Input } from '../../src/definitions/inputs.ts';
import { environmentVariable } from '../../src/definitions/naming.ts';
import { parseInputs, type RawInputs } from '../../src/definitions/parse.ts';
import type { AnyCommand } from '../../src/definitions/command.ts';
import { commands } from '../../src/commands/index.ts';
import { RELEASE } from './sample-job.ts';

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const GLOBAL_FLAGS = ['help', 'version', 'verbose', 'json'];
/** GitLab's smallest limit for a dotenv report is 20; our report stops at 15. */
const MOST_OUTPUTS = 15;
const MARKETPLACE_COLOURS = ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'];

const TABLE = commands.map((command) => ({ name: command.name, command }));
const INPUTS = commands.flatMap((command) =>
  inputsOf(command).map(([input, definition]) => ({ name: `${command.name} ${input}`, command, input, definition })),
);

function on(platform: 'github' | 'gitlab'): readonly { name: string; command: AnyCommand }[] {
  return TABLE.filter(({ command }) => command.platforms.includes(platform));
}

function repeated(names: readonly string[]): readonly string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}

it('the names of commands are unique', () => {
  expect(repeated(commands.map((command) => command.name))).toEqual([]);
});

describe.each(TABLE)('the command $name', ({ command }) => {
  it('has names in kebab case, each its own also as a variable', () => {
    const names = inputsOf(command).map(([name]) => name);
    const outputs = outputsOf(command).map(({ name }) => name);

    expect([command.name, ...names, ...outputs].filter((name) => !KEBAB.test(name))).toEqual([]);
    expect(repeated(names.map(environmentVariable))).toEqual([]);
    expect(repeated(outputs)).toEqual([]);
  });

  it('has flags that are no other input’s and none of every command’s', () => {
    const flags = inputsOf(command).flatMap(([name, { kind }]) => {
      if (kind === 'boolean') return [name, `no-${name}`];
      return kind === 'secret' ? [name, `${name}-env`, `${name}-file`] : [name];
    });

    expect(repeated([...GLOBAL_FLAGS, ...flags])).toEqual([]);
  });

  it('can be run with its defaults alone: they are accepted as typed text would be', () => {
    const needed: RawInputs = new Map(
      inputsOf(command)
        .filter(([, input]) => 'required' in input)
        .map(([name]) => [name, { text: 'sample', source: name }]),
    );

    expect(parseInputs(command.inputs, needed, 'terminal').problems).toEqual([]);
  });

  it('says what it does: a summary without a full stop, a description in sentences', () => {
    expect(command.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(command.description).toMatch(/^[A-Z].*\.$/s);
    expect(outputsOf(command).filter(({ description }) => !isProse(description))).toEqual([]);
  });
});

describe.each(INPUTS)('the input $name', ({ command, definition }) => {
  it('is documented in sentences that no file format or pipeline takes for its own', () => {
    for (const platform of (definition.platforms ?? command.platforms).filter((name) =>
      command.platforms.includes(name),
    )) {
      expect([platform, isProse(textOn(platform, definition.description))]).toEqual([platform, true]);
      expect(textOn(platform, definition.fallback)).not.toMatch(/[.\n]$|\$\[\[|\$\{\{/);
    }
  });

  it('can be absent where its platforms are not all of the command’s', () => {
    expect(definition.platforms !== undefined && 'required' in definition).toBe(false);
  });

  it('has one default at most, of its own form', () => {
    expect(['default', 'fallback', 'required'].filter((key) => key in definition).length).toBeLessThanOrEqual(1);
    expect(wrongForm(definition)).toBe('');
  });
});

describe.each(on('github'))('the action $name', ({ command }) => {
  it('has an icon and a colour of the marketplace, and leaves `command` to the action for all', () => {
    expect(command.branding?.icon).toMatch(KEBAB);
    expect(MARKETPLACE_COLOURS).toContain(command.branding?.color);
    expect(inputsOf(command).map(([name]) => name)).not.toContain('command');
  });
});

describe.each(on('gitlab'))('the component $name', ({ command }) => {
  it('has a stage and at least one rule', () => {
    expect(command.component?.stage).toMatch(/^[\w.-]+$/);
    expect(command.component?.rules.length).toBeGreaterThan(0);
  });

  it('has no input that every component has', () => {
    const every = Object.keys({ ...jobInputs({ name: '', stage: '', rules: [] }), ...programInputs(RELEASE) });

    expect(inputsOf(command).filter(([name]) => every.includes(name))).toEqual([]);
  });

  it('passes on no more than a dotenv report holds', () => {
    expect(outputsOf(command).length).toBeLessThanOrEqual(MOST_OUTPUTS);
  });

  it('makes an artifact of an input only if that is a folder of its own by default', () => {
    const name = command.component?.artifactInput;
    const folder = inputsOf(command).find(([input]) => input === name)?.[1];

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

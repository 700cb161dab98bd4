/** A command's definition as the compiler sees it: inputs and outputs that are misspelt or of another type do not compile. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import ts from 'typescript';
import { ROOT } from '../support/process.ts';

/** `BODY` is replaced by what `run` returns, or by more. */
const DEFINITION = `
import { boolean, choice, integer, lines, text } from '../../src/definitions/inputs.ts';
import { defineCommand } from '../../src/definitions/command.ts';

export const command = defineCommand({
  name: 'sample', summary: 'Sample', description: 'Sample.', platforms: ['terminal'],
  inputs: {
    files: lines({ required: true, description: 'Patterns.' }),
    'if-exists': choice({ default: 'skip', options: ['skip', 'fail'], description: 'What then.' }),
    flatten: boolean({ default: 'false', description: 'Base names.' }),
    retries: integer({ default: '5', min: 0, max: 20, description: 'Tries.' }),
    'package-name': text({ description: 'Name.' }),
  },
  outputs: {
    digest: { kind: 'text', description: 'Digest.' },
    uploaded: { kind: 'integer', description: 'How many.' },
  },
  prepare: (inputs, context) => Promise.resolve({ intent: { name: inputs['package-name'] ?? context.cwd }, problems: [] }),
  run: (inputs, tools, intent) => { void [tools, intent]; BODY },
});
`;
const RETURNS = "return Promise.resolve({ outputs: { digest: '', uploaded: 0 } });";

interface Case {
  readonly title: string;
  readonly body: string;
  /** A piece of what the compiler says; absent: it says nothing. */
  readonly says?: string;
}

const CASES: readonly Case[] = [
  {
    title: 'a sound one',
    body: `const all: readonly [readonly string[], 'skip' | 'fail', boolean, number, string | undefined] = [inputs.files, inputs['if-exists'], inputs.flatten, inputs.retries, inputs['package-name']]; void all; ${RETURNS}`,
  },
  { title: 'a misspelt input', body: `void inputs.flaten; ${RETURNS}`, says: "Property 'flaten' does not exist" },
  {
    title: 'a misspelt option',
    body: `if (inputs['if-exists'] === 'skipp') throw new Error(); ${RETURNS}`,
    says: 'no overlap',
  },
  {
    title: 'an input of another type',
    body: `const n: number = inputs.flatten; void n; ${RETURNS}`,
    says: "'boolean' is not assignable to type 'number'",
  },
  { title: 'an input that may be absent', body: `void inputs['package-name'].length; ${RETURNS}`, says: 'possibly' },
  { title: 'an intent of another shape', body: `void intent.nam; ${RETURNS}`, says: "Property 'nam' does not exist" },
  {
    title: 'a misspelt output',
    body: "return Promise.resolve({ outputs: { digest: '', upoladed: 0 } });",
    says: 'upoladed',
  },
  {
    title: 'an output that is left out',
    body: "return Promise.resolve({ outputs: { digest: '' } });",
    says: 'uploaded',
  },
  {
    title: 'an output of another type',
    body: "return Promise.resolve({ outputs: { digest: '', uploaded: '0' } });",
    says: "'string' is not assignable to type 'number'",
  },
];

/** All at once: most of the time goes into what they have in common. */
let told: ReadonlyMap<string, string>;
beforeAll(() => {
  const texts = new Map(
    CASES.map(({ title, body }, index) => [pathOf(index), { title, text: DEFINITION.replace('BODY', () => body) }]),
  );
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const host = ts.createCompilerHost(options);
  const withTexts: ts.CompilerHost = {
    ...host,
    fileExists: (path) => texts.has(path) || host.fileExists(path),
    getSourceFile: (path, language, ...rest) => {
      const own = texts.get(path);
      return own === undefined
        ? host.getSourceFile(path, language, ...rest)
        : ts.createSourceFile(path, own.text, language);
    },
  };
  const program = ts.createProgram([...texts.keys()], options, withTexts);
  told = new Map([...texts].map(([path, { title }]) => [title, messagesOf(program, path)]));
});

describe('the compiler', () => {
  test.each(CASES)('of $title', ({ title, says }) => {
    if (says === undefined) expect(told.get(title)).toBe('');
    else expect(told.get(title)).toContain(says);
  });
});

function pathOf(index: number): string {
  return join(ROOT, 'test', 'spec', `definition-${index}.ts`);
}

function messagesOf(program: ts.Program, path: string): string {
  const diagnostics = program.getSemanticDiagnostics(program.getSourceFile(path));
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')).join('\n');
}

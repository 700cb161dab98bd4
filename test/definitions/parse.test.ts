/** Texts of inputs parsed by their kinds, all problems at once. */
import { describe, expect, test } from '@jest/globals';
import {
  boolean,
  choice,
  days,
  duration,
  integer,
  lines,
  path,
  secret,
  text,
  url,
  type Input,
  type Inputs,
} from '../../src/definitions/inputs.ts';
import { parseInputs, type Raw } from '../../src/definitions/parse.ts';

const description = 'x';
const kinds = {
  text: text({ description }),
  preset: text({ description, default: 'v' }),
  none: text({ description, default: 'm.json', none: true }),
  required: text({ description, required: true }),
  identifier: text({ description, identifier: true }),
  lines: lines({ description }),
  boolean: boolean({ description, default: 'true' }),
  integer: integer({ description, default: '5', min: 0, max: 20 }),
  choice: choice({ description, default: 'skip', options: ['skip', 'fail'] }),
  path: path({ description }),
  url: url({ description }),
  duration: duration({ description }),
  bounded: duration({ description, default: '60s', bounds: { min: '1s', max: '24h' } }),
  days: days({ description, min: '7d' }),
  secret: secret({ description }),
} satisfies Record<string, Input>;

function parseOne(
  kind: keyof typeof kinds,
  given: string | undefined,
  platform: 'github' | 'gitlab' | 'terminal' = 'terminal',
) {
  const inputs: Inputs = { it: kinds[kind] };
  const raw = new Map<string, Raw>(given === undefined ? [] : [['it', { text: given, source: '--it' }]]);
  const { values, problems } = parseInputs(inputs, raw, platform);
  return {
    value: (values as Record<string, unknown>).it,
    problems: problems.map(({ problem }) => problem),
  };
}

describe('a text is read as', () => {
  test.each<[kind: keyof typeof kinds, given: string | undefined, value: unknown]>([
    ['text', undefined, undefined],
    ['text', '  ', undefined],
    ['text', ' a b ', 'a b'],
    ['text', 'none', 'none'],
    ['preset', undefined, 'v'],
    ['preset', '\t', 'v'],
    ['none', undefined, 'm.json'],
    ['none', 'none', undefined],
    ['identifier', 'linux-x64_1.0', 'linux-x64_1.0'],
    ['lines', undefined, []],
    ['lines', ' a \n\r\n b\rc\n', ['a', 'b', 'c']],
    ['boolean', undefined, true],
    ['boolean', 'false ', false],
    ['boolean', 'true', true],
    ['integer', undefined, 5],
    ['integer', '0', 0],
    ['integer', '020', 20],
    ['choice', '', 'skip'],
    ['choice', 'fail', 'fail'],
    ['path', '../a b', '../a b'],
    ['path', '-----BEGIN\nPEM', '-----BEGIN\nPEM'],
    ['url', 'https://x/api', 'https://x/api'],
    ['duration', undefined, undefined],
    ['duration', '90s', 90_000],
    ['duration', '2h', 7_200_000],
    ['duration', '5', 5000],
    ['days', undefined, undefined],
    ['days', '30d', 30 * 86_400_000],
    ['days', '8w', 56 * 86_400_000],
    ['bounded', '24h', 86_400_000],
    ['bounded', undefined, 60_000],
    ['secret', undefined, { kind: 'auto' }],
    ['secret', 'auto', { kind: 'auto' }],
    ['secret', 'none', { kind: 'none' }],
    ['secret', ' glpat-x\n', { kind: 'value', value: 'glpat-x' }],
  ])('%s %j → %j', (kind, given, value) => {
    expect(parseOne(kind, given)).toEqual({ value, problems: [] });
  });
});

describe('a text is refused', () => {
  test.each<[kind: keyof typeof kinds, given: string | undefined, problem: RegExp]>([
    ['required', undefined, /^is required and was not given: x$/],
    ['required', ' \n', /^is required and was not given: x$/],
    ['text', 'a\nb', /^must be one line$/],
    ['identifier', 'a/b', /^must be only letters, digits.*, not `a\/b`$/],
    ['identifier', 'ä', /^must be only letters/],
    [
      'boolean',
      'yes',
      /^must be `true` or `false`, not `yes`\. The flag alone is `true`, with `no-` before its name `false`$/,
    ],
    ['boolean', 'True', /^must be `true` or `false`/],
    ['boolean', '1', /^must be `true` or `false`/],
    ['integer', '10x', /^must be a whole number from 0 to 20, not `10x`$/],
    ['integer', '21', /^must be a whole number from 0 to 20/],
    ['integer', '-1', /^must be a whole number/],
    ['integer', '1e1', /^must be a whole number/],
    ['integer', '1.0', /^must be a whole number/],
    ['integer', '0x1', /^must be a whole number/],
    ['integer', '9'.repeat(40), /^must be a whole number/],
    ['choice', 'Skip', /^must be one of `skip`, `fail`, not `Skip`$/],
    ['path', 'a\0b', /NUL/],
    ['url', 'https://a b', /without blanks/],
    ['duration', '5d', /^must be a duration such as/],
    ['bounded', '0s', /^must be a duration from `1s` to `24h`, not `0s`/],
    ['bounded', '25h', /^must be a duration from/],
    ['days', '30', /such as `180d` or `26w`, not `30`$/],
    ['days', '6m', /such as `180d` or `26w`, not `6m`$/],
    ['days', '0d', /such as `180d`/],
    ['days', '-7d', /such as `180d`/],
    ['days', '6d', /^must be at least `7d`, not `6d`$/],
    ['duration', '5 m', /^must be a duration such as/],
    ['duration', '-5m', /^must be a duration such as/],
  ])('%s %j', (kind, given, problem) => {
    const { problems } = parseOne(kind, given);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  test('showing a long or many-lined value as one short line', () => {
    const [problem = ''] = parseOne('integer', `1\n::error::${'x'.repeat(500)}`).problems;
    expect(problem).toContain('1\\u{a}::error::xxx');
    expect(problem.length).toBeLessThan(200);
    expect(problem).not.toContain('\n');
  });
});

describe('a secret that is there but blank is an error that explains itself', () => {
  test.each([
    ['gitlab', '', /is empty.*protected variables are empty on unprotected/],
    ['gitlab', '$MISSING_TOKEN', /is the name of a variable that is not set here.*protected variables/],
    ['gitlab', '${MISSING_TOKEN}', /is the name of a variable/],
    ['github', ' \n', /is empty.*pull requests from forks/],
    ['terminal', '', /is empty.*Set it to a token\. Omit it only where no token is needed/],
  ] as const)('%s %j', (platform, given, problem) => {
    expect(parseOne('secret', given, platform).problems).toEqual([expect.stringMatching(problem)]);
  });
});

describe('`from-pipeline` is a value on GitLab alone', () => {
  const inputs = {
    version: text({ description: 'V.', fromPipeline: 'version' }),
    digest: text({ description: 'D.', fromPipeline: 'digest' }),
    parts: lines({ description: 'P.', fromPipeline: 'digest' }),
    name: text({ description: 'N.' }),
  };
  const given = {
    version: 'from-pipeline',
    digest: ' from-pipeline ',
    parts: 'a\nb@from-pipeline\nc',
    name: 'from-pipeline',
  };
  const raw = new Map<string, Raw>(Object.entries(given).map(([source, typed]) => [source, { text: typed, source }]));

  test('which takes it as it is', () => {
    const { values, problems } = parseInputs(inputs, raw, 'gitlab');
    expect(problems).toEqual([]);
    expect({ ...values }).toEqual({
      version: 'from-pipeline',
      digest: 'from-pipeline',
      parts: ['a', 'b@from-pipeline', 'c'],
      name: 'from-pipeline',
    });
  });

  test('while GitHub has outputs of earlier jobs', () => {
    expect(parseInputs(inputs, raw, 'github').problems.map(({ problem }) => problem)).toEqual([
      '`from-pipeline` works on GitLab only. On GitHub take the output of an earlier job: `${{ needs.<job>.outputs.version }}`',
      '`from-pipeline` works on GitLab only. On GitHub take the output of an earlier job: `${{ needs.<job>.outputs.digest }}`',
      '`b@from-pipeline` works on GitLab only. On GitHub take the output of an earlier job: `b@${{ needs.<job>.outputs.digest }}`',
    ]);
  });

  test('and the terminal has the values themselves', () => {
    expect(parseInputs(inputs, raw, 'terminal').problems.map(({ problem }) => problem)).toEqual([
      expect.stringMatching(/^`from-pipeline` works on GitLab only\. At the terminal give the version itself/),
      expect.stringMatching(/the digest itself: `sha256:…`/),
      expect.stringMatching(/^`b@from-pipeline`.*the digest itself: `b@sha256:…`/),
    ]);
  });
});

describe('all problems come at once', () => {
  test('and every input has a value of its type all the same', () => {
    const raw = new Map<string, Raw>(
      Object.keys(kinds).map((name) => [name, { text: name === 'lines' ? '' : 'no\0no\nno', source: name }]),
    );
    const { values, problems } = parseInputs(kinds, raw, 'github');
    expect(problems.map(({ input }) => input)).toEqual([
      'text',
      'preset',
      'none',
      'required',
      'identifier',
      'boolean',
      'integer',
      'choice',
      'path',
      'url',
      'duration',
      'bounded',
      'days',
    ]);
    expect({ ...values }).toMatchObject({
      text: undefined,
      preset: 'v',
      none: 'm.json',
      required: '',
      lines: [],
      boolean: true,
      integer: 5,
      bounded: 60_000,
      choice: 'skip',
    });
  });

  test('and texts under names that objects have by nature do no harm', () => {
    const raw = new Map<string, Raw>([
      ['__proto__', { text: 'x', source: 'x' }],
      ['constructor', { text: 'x', source: 'x' }],
    ]);
    const { values, problems } = parseInputs({ text: kinds.text }, raw, 'terminal');
    expect(problems).toEqual([]);
    expect(Object.keys(values)).toEqual(['text']);
  });
});

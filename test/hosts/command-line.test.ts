/** A command line: texts of inputs, places of secrets, and every problem at once. */
import { describe, expect, test } from '@jest/globals';
import { parseCommandLine, type CommandLine } from '../../src/hosts/terminal/command-line.ts';
import { sampleCommands } from './sample-commands.ts';

function parse(...args: readonly string[]): CommandLine {
  return parseCommandLine(args, sampleCommands);
}

function texts({ given }: CommandLine): Record<string, string> {
  return Object.fromEntries([...given].map(([name, raw]) => [name, raw.text]));
}

function linesOf({ problems }: CommandLine): readonly string[] {
  return problems.map((problem) => problem.line);
}

describe('flags become texts', () => {
  test.each<[args: string, given: Record<string, string>]>([
    ['', {}],
    ['--package-name widget', { 'package-name': 'widget' }],
    ['--package-name=widget', { 'package-name': 'widget' }],
    ['--package-name=a=b', { 'package-name': 'a=b' }],
    ['--package-name=', { 'package-name': '' }],
    ['--files a --files b --files=c', { files: 'a\nb\nc' }],
    ['--files !*.map', { files: '!*.map' }],
    ['--files=--odd', { files: '--odd' }],
    ['--directory -', { directory: '-' }],
    ['--retries -1', { retries: '-1' }],
    ['--flatten', { flatten: 'true' }],
    ['--flatten=true', { flatten: 'true' }],
    ['--flatten=false', { flatten: 'false' }],
    ['--no-flatten', { flatten: 'false' }],
    ['--flatten=yes', { flatten: 'yes' }],
    ['--flatten --files a', { flatten: 'true', files: 'a' }],
  ])('%s', (args, given) => {
    const line = parse('move', ...args.split(' ').filter((arg) => arg !== ''));
    expect(linesOf(line)).toEqual([]);
    expect(texts(line)).toEqual(given);
  });

  test('which name themselves as their source', () => {
    expect(parse('move', '--files', 'a').given.get('files')).toEqual({
      text: 'a',
      source: '--files',
    });
  });
});

describe('what differs by platform', () => {
  test('is an input of GitLab alone', () => {
    const line = parseCommandLine(['move', '--output-prefix', 'CLI_'], sampleCommands, 'gitlab');
    expect([linesOf(line), texts(line)]).toEqual([[], { 'output-prefix': 'CLI_' }]);
  });

  test('is a file for a list, at the terminal alone', () => {
    const args = ['move', '--files-path', 'out.json'];
    expect([...parse(...args).outputPaths]).toEqual([['files', 'out.json']]);
    expect(linesOf(parseCommandLine(args, sampleCommands, 'gitlab'))).toEqual([
      expect.stringMatching(/^unknown flag --files-path/),
    ]);
  });
});

describe('secrets are named, never given', () => {
  test.each([
    ['--token-env MY_TOKEN', { from: 'variable', name: 'MY_TOKEN' }],
    ['--token-file ./secret', { from: 'file', name: './secret' }],
    ['--token-file -', { from: 'file', name: '-' }],
    ['--token-file=-', { from: 'file', name: '-' }],
  ])('%s', (args, place) => {
    const line = parse('move', ...args.split(' '));
    expect(linesOf(line)).toEqual([]);
    expect([...line.secretPlaces]).toEqual([['token', place]]);
  });

  test.each([['--token', 'hunter22'], ['--token=hunter22'], ['--token'], ['--no-token'], ['--token=']])(
    '%s is refused with the three ways',
    (...args) => {
      const line = parse('move', ...args);
      expect(linesOf(line)).toEqual([
        expect.stringMatching(
          /^--token: a secret is never given as a flag.*GENERIC_PACKAGES_TOKEN.*--token-env NAME.*--token-file PATH/,
        ),
      ]);
      expect(line.given.size).toBe(0);
    },
  );
});

describe('what every command has', () => {
  test.each<[args: string, seen: Partial<CommandLine>]>([
    ['move --help', { asked: 'help' }],
    ['move -h', { asked: 'help' }],
    ['--help move', { asked: 'help' }],
    ['help move', { asked: 'help' }],
    ['help', { asked: 'help', command: undefined }],
    ['-h', { asked: 'help', command: undefined }],
    ['move --version', { asked: 'version' }],
    ['-v', { asked: 'version', command: undefined }],
    ['move -v', { asked: 'version' }],
    ['move --help --version --nonsense', { asked: 'help' }],
    ['--nonsense --help', { asked: 'help', command: undefined }],
    ['move --json', { asked: 'run', json: true, verbose: false }],
    ['--json --verbose move', { asked: 'run', json: true, verbose: true }],
    ['move --json=false --verbose=true', { asked: 'run', json: false, verbose: true }],
    ['move --no-json', { json: false }],
    ['nonsense --json', { json: true, command: undefined }],
  ])('%s', (args, seen) => {
    expect(parse(...args.split(' '))).toMatchObject(seen);
  });

  test('a flag that is the value of another one is no flag', () => {
    expect(parse('move', '--files=--help')).toMatchObject({ asked: 'run' });
    expect(parse('move', '--package-name', '-h')).toMatchObject({ asked: 'run' });
  });
});

describe('wrong usage', () => {
  test.each<[args: string, problems: readonly RegExp[]]>([
    ['move --filez a', [/^unknown flag --filez; did you mean --files\?$/]],
    ['move --filez=a', [/did you mean --files/]],
    ['move --tken a', [/did you mean --token-env or --token-file\?$/]],
    ['move --wholly-different', [/^unknown flag --wholly-different$/]],
    ['move --no-manifest', [/^--no-manifest: only a boolean flag can be negated$/]],
    ['move --no-flatten=true', [/^--no-flatten: takes no value$/]],
    ['move --flatten true', [/^--flatten: takes its value after an equals sign: --flatten=true$/]],
    ['move --flatten false', [/: --flatten=false$/]],
    ['move --no-flatten false', [/^--no-flatten: takes its value after an equals sign: --flatten=true$/]],
    ['move --flatten yes', [/^--flatten: takes no word after it: give --flatten, --no-flatten or --flatten=true$/]],
    ['move --no-flatten OFF', [/^--no-flatten: takes no word after it/]],
    ['move --json true', [/^--json: takes its value after an equals sign/]],
    ['move --json=yes', [/^--json: must be/]],
    ['move --retries 1 --retries 2', [/^--retries: was given more than once/]],
    ['move --flatten --no-flatten', [/^--flatten: was given more than once/]],
    ['move --token-env A --token-file b', [/^--token-env or --token-file: was given more than once/]],
    ['move --files', [/^--files: needs a value$/]],
    ['move --files --flatten', [/^--files: needs a value; one that begins with dashes is written --files=…$/]],
    ['move --files -- a', [/^--files: needs a value/, /^1 argument without a flag/]],
    ['move a b', [/^2 arguments without a flag, not shown here. A value stands after its flag, .*; put quotes/]],
    ['move -- --files a', [/^2 arguments without a flag/]],
    ['move -x', [/^1 unknown flag, not shown here/]],
    ['move -tSECRET', [/^1 unknown flag, not shown here/]],
    ['move -h2 --Token s', [/^2 unknown flags, not shown here/]],
    ['move --__proto__=1 --constructor x', [/^unknown flag --constructor$/, /^1 unknown flag/]],
    ['', [/^no command was given\. The commands are `move`, `version`, `reader`, `list`$/]],
    ['--files a', [/^the command comes first, before its flags\. The commands are/]],
    ['moev --files a', [/^unknown command; did you mean `move`\? The commands are/]],
    ['s3cret', [/^unknown command\. The commands are/]],
    ...['constructor', 'toString', '__proto__', 'nonsense'].flatMap((word): [string, RegExp[]][] => [
      [`${word} --help`, [/^unknown command\./]],
      [`${word} --version`, [/^unknown command\./]],
      [`help ${word}`, [/^unknown command\./]],
    ]),
    ['move --output-prefix CLI_', [/^--output-prefix has no meaning at the terminal: omit it$/]],
    ['move --files-path', [/^--files-path: needs a value$/]],
    ['move --files-path=', [/^--files-path: needs a value$/]],
    ['move --no-files-path', [/^--no-files-path: only a boolean flag can be negated$/]],
    ['move --files-path a --files-path b', [/^--files-path: was given more than once/]],
  ])('%s', (args, problems) => {
    const line = parse(...args.split(' ').filter((arg) => arg !== ''));
    expect(linesOf(line)).toEqual(problems.map((problem) => expect.stringMatching(problem)));
  });

  test('is told all at once', () => {
    const line = parse('move', '--filez', 'a', '--token', 'b', '--files', '--retries', '1', '--retries=2', 'stray');
    expect(line.problems).toHaveLength(4);
  });
});

describe('no problem ever repeats what may be a secret', () => {
  const SECRET = 'hunter22-and-more';
  const shapes: readonly (readonly string[])[] = [
    [SECRET],
    [`-t${SECRET}`],
    [`--t${SECRET}`],
    [`--${SECRET}`],
    [`--${SECRET}=x`],
    ['-t', SECRET],
    ['--token', SECRET],
    [`--token=${SECRET}`],
    [`--no-token=${SECRET}`],
    ['--private-token', SECRET],
    [`--private-token=${SECRET}`],
    ['--flatten', SECRET],
    [`--no-flatten=${SECRET}`],
    ['--token-env', SECRET, '--token-env', SECRET],
    ['--token-file', SECRET, '--token-env', SECRET],
    ['--', SECRET],
    ['--files', '--', SECRET],
    ['--json', SECRET],
    [`--json=${SECRET}`],
    [`--help-me=${SECRET}`],
  ];
  const pairs = shapes.flatMap((first) => shapes.map((second) => [...first, ...second]));

  test.each([['move'], ['nonsense'], ['--files']])('after %s', (start) => {
    for (const args of [...shapes, ...pairs]) {
      const line = parse(start, ...args);
      expect(linesOf(line).join('\n')).not.toContain('hunter22');
    }
  });

  test('nor the first argument, which may be anything', () => {
    for (const args of shapes) expect(linesOf(parse(...args)).join('\n')).not.toContain('hunter22');
  });
});

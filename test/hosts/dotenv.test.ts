/** The dotenv report of a GitLab job: names, values that GitLab would change, and its limits. */
import { describe, expect, test } from '@jest/globals';
import { dotenvName } from '../../src/definitions/job-files.ts';
import { dotenvReport } from '../../src/hosts/gitlab/dotenv.ts';

describe('a variable is named', () => {
  test.each([
    ['publish', 'package-url', '', 'PUBLISH_PACKAGE_URL'],
    ['version', 'version', '', 'VERSION'],
    ['version', 'is-prerelease', '', 'VERSION_IS_PRERELEASE'],
    ['save-version', 'version', '', 'SAVE_VERSION_VERSION'],
    ['version', 'version', 'CLI_', 'CLI_VERSION'],
    ['publish', 'digest', 'my-cli.', 'my_cli_PUBLISH_DIGEST'],
  ])('%s %s with the prefix "%s": %s', (command, output, prefix, name) => {
    expect(dotenvName(command, output, prefix)).toBe(name);
  });
});

describe('a value', () => {
  test.each([[''], ['1.2.3-rc.1+abc'], ['https://h/~a/@b%20c?d=e&f=1,2#g'], ['true'], ['sha256:ab12'], ['x_y-z']])(
    '%j is in the report',
    (value) => {
      expect(dotenvReport('v', '', [['o', value]])).toEqual({
        content: `V_O=${value}\n`,
        omitted: [],
      });
    },
  );

  test.each([
    ['a b'],
    ['$HOME'],
    ['"q"'],
    ["'q'"],
    ['a\nB=1'],
    ['a\r'],
    ['[]'],
    ['ä'],
    ['a\\b'],
    ['`x`'],
    ['a;b'],
    ['a|b'],
  ])('%j is left out and named', (value) => {
    expect(
      dotenvReport('v', '', [
        ['o', value],
        ['p', '1'],
      ]),
    ).toMatchObject({
      content: 'V_P=1\n',
      omitted: [{ name: 'V_O' }],
    });
  });
});

describe('the report', () => {
  test('has fifteen variables at most, and names the rest', () => {
    const values = Array.from({ length: 17 }, (_, at) => [`o${at}`, 'x'] as const);
    const { content, omitted } = dotenvReport('v', '', values);
    expect(content.trimEnd().split('\n')).toHaveLength(15);
    expect(omitted.map(({ name }) => name)).toEqual(['V_O15', 'V_O16']);
  });

  test('has 4,000 bytes at most; what still fits comes in', () => {
    const { content, omitted } = dotenvReport('v', '', [
      ['a', 'x'.repeat(3900)],
      ['b', 'x'.repeat(200)],
      ['c', 'x'],
    ]);
    expect(content.length).toBeLessThanOrEqual(4000);
    expect(content).toContain('V_C=x\n');
    expect(omitted.map(({ name }) => name)).toEqual(['V_B']);
  });

  test('of nothing is empty, for a blank line would spoil it', () => {
    expect(dotenvReport('v', '', []).content).toBe('');
  });
});

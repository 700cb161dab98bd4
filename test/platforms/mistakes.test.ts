/** What people get wrong, on every platform: each message names the input, the cause and the next step. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { githubAction, gitlabJob, runCli, terminal } from '../support/in-process.ts';
import type { Platform } from '../support/platform.ts';
import { putRaw } from '../support/raw.ts';
import { openRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, leavingOut, rightInputs } from './wrong-runs.ts';

interface Mistake {
  readonly command: string;
  readonly given: Readonly<Record<string, string>>;
  readonly omitted?: readonly string[];
  /** The input that is to be named, as people type it there. */
  readonly input: string;
  readonly cause: RegExp;
  readonly next: RegExp;
  readonly on?: readonly Platform[];
}

const EVERYWHERE = [terminal, githubAction, gitlabJob];
/** What is after `next`: the rows of one shape in one line. */
type Row = readonly [given: Readonly<Record<string, string>>, input: string, cause: RegExp, next: RegExp];

function rowsOf(command: string, rows: readonly Row[]): readonly Mistake[] {
  return rows.map(([given, input, cause, next]) => ({ command, given, input, cause, next }));
}

/** A word that is none of the choices: the choices are the next step. */
function wrongWord(command: string, input: string, word: string, choice: string): Mistake {
  const next = new RegExp(`must be (?:one of )?.*\`${choice}\``);
  return { command, given: { [input]: word }, input, cause: new RegExp(`not \`${word}\``), next };
}

const MISSING_PROJECT = /answered 404: 404 Project Not Found/;
const OF_A_RELEASE = { 'package-version': '1.0.0' };

const MISTAKES: readonly Mistake[] = [
  {
    command: 'publish',
    given: {},
    omitted: ['project'],
    input: 'project',
    cause: /is required and was not given/,
    next: /the numeric id or the full path of the GitLab project/,
  },
  {
    command: 'publish',
    given: {},
    omitted: ['package-version'],
    input: 'package-version',
    cause: /was not given, and this run is for no tag/,
    next: /Give it, or run for a tag, or work it out first|Give it: `--package-version 1\.2\.3`, or the tag as `--tag v1\.2\.3`/,
  },
  {
    command: 'publish',
    given: {},
    omitted: ['files', 'directory'],
    input: 'files',
    cause: /is required and was not given/,
    next: /Give patterns, or a `directory`/,
  },
  {
    command: 'publish',
    given: {},
    omitted: ['token'],
    input: 'token',
    cause: /is required and was not given/,
    next: /a personal, project or group access token with the scope `api`/,
  },
  {
    command: 'save-version',
    given: { 'package-version': '1.0.0' },
    input: 'variable',
    cause: /is required and was not given/,
    next: /CI\/CD variable/,
  },
  ...rowsOf('publish', [
    // Where.
    [{ project: 'widget' }, 'project', MISSING_PROJECT, /Check project and api-url/],
    [{ project: 'acme/none' }, 'project', MISSING_PROJECT, /whether the token may see the project/],
    [{ project: 'acme/tools widget' }, 'project', /is not a number and not a full path/, /Give the numeric id/],
    [{ project: '4711' }, 'package-name', /can only be told from a `project` given as a path/, /is required here/],
    [
      { project: 'https://gitlab.example.com/acme/widget' },
      'project',
      /is an address of `gitlab\.example\.com`, but api-url is/,
      /Give the api-url of that server/,
    ],
    [{ 'api-url': 'gitlab.example.com' }, 'api-url', /is not an http or https URL/, /for example https:\/\//],
    [
      { 'api-url': 'ftp://gitlab.example.com' },
      'api-url',
      /is not an http or https URL/,
      /Give the root of the REST API/,
    ],
    [{ 'api-url': 'http://gitlab.example.com' }, 'api-url', /is plain http/, /Use https/],
    [{ 'api-url': 'https://u:pass-w0rd@h.test' }, 'api-url', /must not hold a user name or a password/, /Remove them/],
    [{ 'api-url': 'https://h.test/api/v4?a=b' }, 'api-url', /must not have a query/, /Remove "\?"/],
    [{ 'api-url': 'http://127.0.0.1:9', retries: '0' }, 'api-url', /ECONNREFUSED/, /Check host and port in api-url/],
    [{ 'ca-file': 'nowhere.pem' }, 'ca-file', /nowhere\.pem` cannot be read/, /Give the path of a PEM file/],
    // What.
    [
      { 'package-name': 'acme/widget' },
      'package-name',
      /`acme\/widget`/,
      /may have letters, digits and \. _ - \+ only/,
    ],
    [{ 'package-name': 'my widget' }, 'package-name', /`my widget`/, /may have letters, digits/],
    [{ 'package-version': 'feature/x' }, 'package-version', /`feature\/x`/, /may have letters, digits/],
    [{ 'package-version': '^1.0' }, 'package-version', /`\^1\.0`/, /may have letters, digits/],
    [{ tag: 'v2.0.0' }, 'tag', /is the version `2\.0\.0`, but `package-version` is `1\.0\.0`/, /Give one of the two/],
    [{ manifest: 'a/b.json' }, 'manifest', /`a\/b\.json`/, /must be a plain file name, without a folder/],
    [{ checksums: 'sums/x' }, 'checksums', /`sums\/x`/, /must be a plain file name/],
    [{ checksums: 'generic-package.json' }, 'checksums', /is the name of the manifest/, /Give another name/],
    [{ part: 'a/b' }, 'part', /not `a\/b`/, /must be only letters, digits/],
    [{ part: 'a', parts: 'b' }, 'part', /cannot be given together with `parts`/, /one run publishes a part/],
    [{ part: 'a', manifest: 'none' }, 'manifest', /cannot be `none` with `part`/, /the manifest is what completes/],
    [{ parts: 'linux@sha256:12' }, 'parts', /`linux@sha256:12`/, /after the `@` give `sha256:` and 64/],
    [{ parts: 'linux' }, 'parts', /linux: this part was not published/, /Run the jobs of these parts again/],
    // Which files.
    [{ files: '*.zip' }, 'directory', /No file in .* matches: \*\.zip/, /Check that the files were built/],
    [{ files: 'a.txt, b.txt' }, 'directory', /A comma is an ordinary character/, /give one pattern a line/],
    [{ files: '{a,b}.txt' }, 'directory', /Braces are ordinary characters/, /give a line for each alternative/],
    [
      { files: 'a[b' },
      'directory',
      /A `\[` without a `\]` is an ordinary character/,
      /Check that the files were built/,
    ],
    [{ files: '!**' }, 'files', /no pattern takes a file of .* in: !\*\*/, /begin with one that takes them in/],
    [{ files: '/etc/passwd' }, 'files', /is absolute/, /Give it relative to `directory`/],
    [{ files: '../x' }, 'files', /has a `\.\.` segment/, /Patterns stay below the folder/],
    [{ directory: 'nowhere' }, 'directory', /does not exist, is not a folder/, /Correct the input directory/],
    [{ directory: 'out/a.txt' }, 'directory', /is not a folder/, /Correct the input directory/],
    [{ rename: 'a.txt b.txt' }, 'rename', /`a\.txt b\.txt`/, /must be `FROM => TO`, such as/],
    [
      { 'log-file': 'nowhere/x', 'package-version': '0.0.1' },
      'log-file',
      /cannot be appended to .*ENOENT/,
      /a folder that exists/,
    ],
    // How.
    [{ concurrency: 'many' }, 'concurrency', /not `many`/, /must be a whole number from 1 to 64/],
    [{ concurrency: '0' }, 'concurrency', /not `0`/, /from 1 to 64/],
    [{ concurrency: '1000' }, 'concurrency', /not `1000`/, /from 1 to 64/],
    [{ retries: '-1' }, 'retries', /not `-1`/, /must be a whole number from 0 to 20/],
    [{ timeout: '1x' }, 'timeout', /not `1x`/, /must be a duration such as `90s`/],
    [{ 'max-time': 'ten minutes' }, 'max-time', /not `ten minutes`/, /must be a duration such as/],
    [{ 'max-time': '0s' }, 'max-time', /leaves no time for a request/, /must be longer than `0s`/],
    // As whom.
    [{ token: '' }, 'token', /was named but is empty/, /Set it to a token|check the secret|protect the ref/],
    [{ token: 'none' }, 'token', /is required, and it was given as `none`/, /write_package_registry/],
    [{ token: 'abc' }, 'token', /has fewer than 8 characters/, /Check where the value comes from/],
    [{ token: '$GITLAB_TOKEN' }, 'token', /a variable that is not set here/, /Set it|check the secret|protect the ref/],
    [{ token: 'glpat-abc def12345' }, 'token', /holds a blank/, /Copy the token again/],
    [{ token: '"glpat-abcdefgh12345"' }, 'token', /stands in quotation marks/, /Copy the token again/],
    [{ token: 'ghp_abcdefghijklmnop' }, 'token', /is a GitHub personal access token/, /Give a GitLab personal/],
    [{ token: 'glrt-abcdefghijklmno' }, 'token', /is a GitLab runner/, /Give a GitLab personal/],
    [
      { token: '/builds/acme/widget.tmp/TOKEN' },
      'token',
      /is a path, not a secret/,
      /--token-file PATH|Give the secret itself|give it the type variable/,
    ],
    [{ token: 'C:\\builds\\acme\\TOKEN' }, 'token', /is a path/, /-file|Give the secret|give it the type variable/],
    [{ token: TOKENS.revoked }, 'token', /Token was revoked/, /create a new one/],
    [{ token: 'glpat-nobody-knows-it' }, 'token', /answered 401/, /Check that the token is of this server/],
    [{ token: TOKENS.reader }, 'token', /answered 403: insufficient_scope/, /give a token with the scope api/],
    [{ 'token-type': 'deploy' }, 'token', /begins with `glpat-`/, /Omit `token-type`, or set it to `private`/],
    [{ token: TOKENS.job, 'token-type': 'private' }, 'token', /begins with `glcbt-`/, /set it to `job`/],
    [
      { 'token-type': 'basic', username: 'a:b' },
      'username',
      /holds a colon/,
      /Give the name that belongs to the token/,
    ],
  ]),
  wrongWord('publish', 'if-exists', 'overwrite', 'replace'),
  wrongWord('publish', 'status', 'visible', 'default'),
  wrongWord('publish', 'if-no-files-found', 'fail', 'error'),
  wrongWord('publish', 'if-pattern-unmatched', 'fail', 'error'),
  wrongWord('publish', 'token-type', 'personal', 'private'),
  wrongWord('publish', 'flatten', 'yes', 'true'),
  wrongWord('publish', 'dry-run', '1', 'true'),
  wrongWord('download', 'if-not-found', 'skip', 'ignore'),
  wrongWord('version', 'source', 'git', 'packages'),
  wrongWord('version', 'increment', 'big', 'minor'),
  ...rowsOf('download', [
    [{ 'package-version': '>=1 <' }, 'package-version', /but is `>=1 <`/, /must be `latest`, /],
    [
      { 'package-name': 'widget', 'package-version': '9.9.9' },
      'package',
      /has no version 9\.9\.9 of the package widget/,
      /Check name and version/,
    ],
    [{ 'package-name': 'wiget' }, 'package', /of the package wiget/, /no version of wiget is there[^]*Check name/],
    [
      { project: 'acme/none', 'package-name': 'x' },
      'project',
      MISSING_PROJECT,
      /does not exist, or the token may not see it/,
    ],
    [
      { 'package-name': 'rare', 'package-version': 'latest' },
      'package',
      /no version of the package rare that `latest` stands for[^]*1\.0\.0-rc\.1 is there, a prerelease/,
      /To take a prerelease too, set (?:--include-prereleases|include-prereleases: true)/,
    ],
    [{ 'expected-digest': 'abc' }, 'expected-digest', /but is `abc`/, /must be `sha256:` and 64 hexadecimal digits/],
    [{ 'require-manifest': 'true', manifest: 'none' }, 'require-manifest', /together with/, /`manifest: none`/],
    [{ prune: 'true', part: 'a' }, 'prune', /cannot be true together with `part`/, /does not tell what the whole/],
    [
      { token: TOKENS.deploy, 'package-name': 'widget', 'package-version': 'latest' },
      'package-version',
      /a deploy token and basic authentication may not read/,
      /Give an exact version, or use a job token/,
    ],
  ]),
  ...rowsOf('version', [
    [
      { 'initial-version': 'v1', prerelease: 'dev' },
      'initial-version',
      /not `v1`/,
      /must be a semantic version such as/,
    ],
    [{ source: 'variable', prerelease: 'dev' }, 'variable', /is required/, /with `source: variable`/],
    [{ source: 'packages' }, 'prerelease', /this run is for no tag, branch or request/, /Give an identifier such as/],
  ]),
  ...rowsOf('save-version', [
    [
      { 'package-version': 'latest', variable: 'VERSION' },
      'package-version',
      /`latest` \(given\) is not a semantic version/,
      /such as `1\.2\.3`/,
    ],
    [
      { 'package-version': '1.0.0', variable: 'VERSION', expected: 'v1' },
      'expected',
      /it begins with `v`/,
      /must be `none` or a semantic version/,
    ],
  ]),
  ...rowsOf('release', [
    [{ 'package-version': '7.7.7' }, 'widget', /has no `widget` `7\.7\.7` to link to/, /Publish the version first/],
    [{ ...OF_A_RELEASE, 'tag-prefix': 'none' }, 'tag', /has no/, /Push the tag|Publish the version first/],
  ]),
  ...rowsOf('list', [
    [
      { 'package-name': 'rare', 'package-version': '1.0.0-rc.1', files: '*.zip' },
      'files',
      /no file of rare 1\.0\.0-rc\.1 matches \*\.zip[^]*the version has a\.txt/,
      /Write patterns as the names in the package/,
    ],
    [{ files: '*.zip' }, 'files', /picks files of one version/, /Give it, or omit `files` to see the versions/],
    [{ project: 'acme/none' }, 'project', MISSING_PROJECT, /does not exist, or the token may not see it/],
  ]).map((mistake) => ({ ...mistake, on: [terminal] })),
  ...['direktory', 'if_exist', 'pakage-name'].map((typed) => ({
    command: 'publish',
    given: { [typed]: 'out' },
    input: typed,
    cause: /unknown (?:input|flag)/,
    next: /did you mean /,
    on: [terminal, githubAction],
  })),
  {
    command: 'publish',
    given: { 'output-prefix': 'CLI_' },
    input: 'output-prefix',
    cause: /is not an input on GitHub|has no meaning at the terminal/,
    next: /omit it/,
    on: [terminal, githubAction],
  },
  {
    command: 'publish',
    given: { summary: 'false' },
    input: 'summary',
    cause: /has no meaning at the terminal/,
    next: /omit it/,
    on: [terminal],
  },
  {
    command: 'publish',
    given: { 'package-version': 'from-pipeline' },
    input: 'package-version',
    cause: /works on GitLab only/,
    next: /take the output of an earlier job|give the version itself/,
    on: [terminal, githubAction],
  },
];

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  await putRaw(registry, { name: 'rare', version: '1.0.0-rc.1' }, 'a.txt', 'a');
});
afterAll(() => registry.close());

test('there are many of them', () => {
  expect(MISTAKES.length).toBeGreaterThanOrEqual(80);
});

describe.each(MISTAKES.map((mistake) => ({ ...mistake, title: `${mistake.command} ${titleOf(mistake)}` })))(
  '$title',
  ({ command, given, omitted = [], input, cause, next, on = EVERYWHERE }) => {
    test.each(on.map((platform) => ({ platform, name: platform.name })))('$name', async ({ platform }) => {
      await inFolder(async (folder) => {
        await writeFiles(join(folder, 'out'), { 'a.txt': 'a' });
        const all = { ...leavingOut(inputsOf(command), omitted), ...given };
        const run = await platform.run(command, all, { cwd: folder });
        expect(run.code).toBeGreaterThan(0);
        const told = errorOf(platform, run);
        expect(told).toContain(input);
        expect(told).toMatch(cause);
        expect(told).toMatch(next);
        expect(run.stdout + run.stderr).not.toMatch(/defect|Unexpected/);
        // The runner is told the secrets, so that it masks them; nothing else may hold them.
        const shown = (run.stdout + run.stderr).replace(/^::add-mask::.*$/gm, '');
        const { token = '' } = all as Record<string, string | undefined>;
        if (token.length >= 8) expect(shown).not.toContain(token);
      });
    });
  },
);

function titleOf({ given, omitted = [] }: Mistake): string {
  const wrong = Object.entries(given).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [...wrong, ...omitted.map((name) => `without ${name}`)].join(', ');
}

function inputsOf(command: string) {
  if (command === 'publish' || command === 'download') return rightInputs(registry, command);
  return { 'api-url': registry.apiUrl, project: PROJECT.path, token: TOKENS.maintainer };
}

test.each([
  { platform: terminal, name: 'PROJET', meant: 'GENERIC_PACKAGES_PROJECT' },
  { platform: githubAction, name: 'TOKN', meant: 'GENERIC_PACKAGES_TOKEN' },
  { platform: gitlabJob, name: 'API_ULR', meant: 'GENERIC_PACKAGES_API_URL' },
  { platform: gitlabJob, name: 'INPUT_FILEZ', meant: 'GENERIC_PACKAGES_INPUT_FILES' },
  { platform: terminal, name: 'PAKAGE_VERSION', meant: 'GENERIC_PACKAGES_PACKAGE_VERSION' },
])('a misspelt variable is warned of, and nothing fails: $name, $platform.name', async ({ platform, name, meant }) => {
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), { 'a.txt': 'a' });
    const inputs = { ...rightInputs(registry, 'publish'), 'dry-run': 'true', 'package-version': '5.0.0' };
    const known = { GENERIC_PACKAGES_PUBLISH_DIGEST: 'x', GENERIC_PACKAGES_CLI_VERSION: '1.2.3' };
    const env = { ...known, [`GENERIC_PACKAGES_${name}`]: 'a-value-not-to-be-shown' };
    const run = await platform.run('publish', inputs, { cwd: folder, env });
    const shown = run.stdout + run.stderr;
    expect(run.code).toBe(0);
    const warnings = shown.split('\n').filter((line) => line.includes('is ignored: it is not an input'));
    expect(warnings).toEqual([
      expect.stringContaining(
        `\`GENERIC_PACKAGES_${name}\` is ignored: it is not an input. Did you mean \`${meant}\`?`,
      ),
    ]);
    expect(shown).not.toContain('a-value-not-to-be-shown');
  });
});

test.each([
  [['--dry-run', 'yes'], /--dry-run: takes no word after it: give --dry-run, --no-dry-run or --dry-run=true/],
  [['--dry-run', 'true'], /--dry-run: takes its value after an equals sign/],
  [['--dry-run=maybe'], /--dry-run: must be `true` or `false`, not `maybe`\. The flag alone is `true`/],
])('a switch with a word: %j', async (args, says) => {
  await inFolder(async (cwd) => {
    const run = await runCli(['publish', '--package-version', '1.0.0', ...args], { cwd });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(says);
  });
});

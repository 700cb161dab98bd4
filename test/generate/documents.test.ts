/** Tables in pages: put between their markers, and nothing else touched. */
import { describe, expect, it } from '@jest/globals';
import { renderPages, type Page } from '../../src/generate/documents.ts';
import { boolean, choice, lines, secret, text } from '../../src/definitions/inputs.ts';
import { defineCommand, type AnyCommand } from '../../src/definitions/command.ts';
import { RELEASE } from './sample-job.ts';

const move: AnyCommand = defineCommand({
  name: 'move',
  summary: 'Move',
  description: 'Moves.',
  platforms: ['github', 'terminal'],
  inputs: {
    files: lines({ required: true, description: 'Patterns: `a|b`.' }),
    flatten: boolean({ default: 'false', description: 'Base names.' }),
    mode: choice({ default: 'verify', options: ['verify', 'fail'], description: 'What then.' }),
    name: text({ fallback: 'the tag', description: 'Name.' }),
    key: secret({ fallback: 'none', description: 'Another credential.' }),
    token: secret({ connection: true, fallback: 'none', description: 'Credential.' }),
  },
  outputs: { files: { kind: 'list', description: 'The files.' } },
  run: () => Promise.reject(new Error('never run')),
});

const copy: AnyCommand = { ...move, name: 'copy', description: 'Copies.' };

const GITHUB = 'move github inputs';
const TERMINAL = 'move terminal inputs';
const OUTPUTS = 'move outputs';
const SHARED = ['connection github inputs', 'connection terminal inputs'];

function page(path: string, ...names: readonly string[]): Page {
  const regions = names.map(
    (name) => `<!-- begin generated: ${name} -->\nold\n<!-- end generated: ${name} -->\nafter ${name}\n`,
  );
  return { path, text: `# Title\n${regions.join('')}` };
}

const OWN = page('docs/commands/move.md', GITHUB, TERMINAL, OUTPUTS);
const CONNECTION = page('docs/connection.md', ...SHARED);

describe('the tables', () => {
  it('stand between their markers, one platform at a time', () => {
    const { pages, problems } = renderPages([OWN, CONNECTION], [move], RELEASE);

    expect(problems).toEqual([]);
    expect(pages.map(({ path }) => path)).toEqual(['docs/commands/move.md', 'docs/connection.md']);
    expect(pages[0]?.text).toBe(
      [
        '# Title',
        '<!-- begin generated: move github inputs -->',
        '',
        '| Input | Type | Default | Meaning |',
        '| --- | --- | --- | --- |',
        '| `files` | lines | **required** | Patterns: `a\\|b`. |',
        '| `flatten` | boolean | `false` | Base names. |',
        '| `mode` | choice | `verify` | What then. One of `verify`, `fail`. |',
        '| `name` | text | the tag | Name. |',
        '| `key` | secret | none | Another credential. |',
        '',
        '<!-- end generated: move github inputs -->',
        'after move github inputs',
        '<!-- begin generated: move terminal inputs -->',
        '',
        '| Flag | Type | Default | Meaning |',
        '| --- | --- | --- | --- |',
        '| `--files` | text, may be repeated | **required** | Patterns: `a\\|b`. |',
        '| `--flatten`, `--no-flatten` | boolean | `false` | Base names. |',
        '| `--mode` | choice | `verify` | What then. One of `verify`, `fail`. |',
        '| `--name` | text | the tag | Name. |',
        '| `--key-env NAME`, `--key-file PATH` or `GENERIC_PACKAGES_KEY` | secret | none | Another credential. |',
        '',
        '<!-- end generated: move terminal inputs -->',
        'after move terminal inputs',
        '<!-- begin generated: move outputs -->',
        '',
        '| Output | Meaning |',
        '| --- | --- |',
        '| `files` | The files. |',
        '| `files-path` | Path of a file that holds the whole list `files`, as JSON. At the terminal: Only with the flag `--files-path`. |',
        '',
        '<!-- end generated: move outputs -->',
        'after move outputs',
        '',
      ].join('\n'),
    );
    expect(pages[1]?.text).toContain('| `token` | secret | none | Credential. |');
  });

  it('come out the same when generated again', () => {
    const once = renderPages([OWN, CONNECTION], [move], RELEASE).pages;

    expect(renderPages(once, [move], RELEASE)).toEqual({ pages: once, problems: [] });
  });

  it('leave a page without markers alone', () => {
    const { pages } = renderPages([OWN, CONNECTION, page('CHANGELOG.md')], [move], RELEASE);

    expect(pages.map(({ path }) => path)).not.toContain('CHANGELOG.md');
  });

  it('may stand in more than one page', () => {
    const { pages, problems } = renderPages([OWN, CONNECTION, page('README.md', OUTPUTS)], [move], RELEASE);

    expect(problems).toEqual([]);
    expect(pages.find(({ path }) => path === 'README.md')?.text).toContain('| `files` | The files. |');
  });
});

describe('what is missing', () => {
  it('is told for a command without a page', () => {
    const { problems } = renderPages([OWN, CONNECTION], [move, copy], RELEASE);

    expect(problems).toEqual(
      ['copy github inputs', 'copy terminal inputs', 'copy outputs'].map(
        (name) =>
          `docs/commands/copy.md (a new page): needs the two lines <!-- begin generated: ${name} --> and <!-- end generated: ${name} -->`,
      ),
    );
  });

  it('is told for a table that another page shows in place of its own', () => {
    const { problems } = renderPages(
      [page('docs/commands/move.md', GITHUB, TERMINAL), page('README.md', OUTPUTS), CONNECTION],
      [move],
      RELEASE,
    );

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(
      /^docs\/commands\/move\.md: needs the two lines <!-- begin generated: move outputs -->/,
    );
  });

  it('is told for a table that belongs to no command', () => {
    const { problems } = renderPages([OWN, page('docs/connection.md', ...SHARED.slice(1))], [move], RELEASE);

    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^A page: needs the two lines <!-- begin generated: connection github inputs -->/);
  });
});

describe('markers', () => {
  const whole = OWN.text;

  it.each([
    {
      name: 'name nothing',
      text: `${whole}${page('', 'mvoe inputs').text}`,
      problem: 'nothing is generated for the marker <!-- begin generated: mvoe inputs -->',
    },
    {
      name: 'have no end',
      text: `${whole}<!-- begin generated: x -->`,
      problem: '<!-- end generated: x --> is missing',
    },
    {
      name: 'have no beginning',
      text: `${whole}<!-- end generated: x -->`,
      problem: '<!-- begin generated: x --> is missing before <!-- end generated: x -->',
    },
    {
      name: 'overlap',
      text: `<!-- begin generated: x -->${whole}`,
      problem: '<!-- end generated: x --> is missing',
    },
  ])('that $name are a problem', ({ text: written, problem }) => {
    const { problems } = renderPages([{ ...OWN, text: written }, CONNECTION], [move], RELEASE);

    expect(problems).toEqual([`docs/commands/move.md: ${problem}`]);
  });

  it('keep what stands outside them, also when some are wrong', () => {
    const { pages } = renderPages([page('docs/commands/move.md', GITHUB, 'mvoe inputs'), CONNECTION], [move], RELEASE);

    expect(pages[0]?.text).toContain('# Title\n');
    expect(pages[0]?.text).toContain(
      '<!-- begin generated: mvoe inputs -->\nold\n<!-- end generated: mvoe inputs -->\nafter mvoe inputs\n',
    );
  });
});

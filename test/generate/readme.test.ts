/** The README's tables: put between their markers, and nothing else touched. */
import { describe, expect, it } from '@jest/globals';
import { renderReadme } from '../../src/generate/readme.ts';
import { boolean, choice, lines, secret, text } from '../../src/definitions/inputs.ts';
import { defineCommand, type AnyCommand } from '../../src/definitions/command.ts';
import { RELEASE } from './sample-job.ts';

const move: AnyCommand = defineCommand({
  name: 'move',
  summary: 'Move',
  description: 'Moves.',
  platforms: ['terminal'],
  inputs: {
    files: lines({ required: true, description: 'Patterns: `a|b`.' }),
    flatten: boolean({ default: 'false', description: 'Base names.' }),
    mode: choice({ default: 'skip', options: ['skip', 'fail'], description: 'What then.' }),
    name: text({ fallback: 'the tag', description: 'Name.' }),
    token: secret({ connection: true, fallback: 'none', description: 'Credential.' }),
  },
  outputs: { files: { kind: 'list', description: 'The files.' } },
  run: () => Promise.reject(new Error('never run')),
});

const copy: AnyCommand = { ...move, name: 'copy', description: 'Copies.' };

const MOVE = ['move inputs', 'move outputs'];
const SHARED = ['connection inputs', 'component inputs'];

function readme(...names: readonly string[]): string {
  const regions = names.map(
    (name) => `<!-- begin generated: ${name} -->\nold\n<!-- end generated: ${name} -->\nafter ${name}\n`,
  );
  return `# Title\n${regions.join('')}`;
}

describe('the tables', () => {
  it('stand between their markers, one row for each input and output', () => {
    const { text: rendered, problems } = renderReadme(readme(...MOVE, ...SHARED), [move], RELEASE);

    expect(problems).toEqual([]);
    expect(rendered).toContain(
      [
        '# Title',
        '<!-- begin generated: move inputs -->',
        '',
        '| Input | Kind | Default | Meaning |',
        '| --- | --- | --- | --- |',
        '| `files` | lines | **required** | Patterns: `a\\|b`. |',
        '| `flatten` | boolean | `false` | Base names. |',
        '| `mode` | choice | `skip` | What then. One of `skip`, `fail`. |',
        '| `name` | text | the tag | Name. |',
        '',
        '<!-- end generated: move inputs -->',
        'after move inputs',
        '<!-- begin generated: move outputs -->',
        '',
        '| Output | Meaning |',
        '| --- | --- |',
        '| `files` | The files. |',
        '| `files-path` | Path of a file that holds the whole list `files`, as JSON. At the terminal: Only with the flag `--files-path`. |',
        '',
        '<!-- end generated: move outputs -->',
        'after move outputs',
      ].join('\n'),
    );
    expect(rendered).toContain('| `token` | secret | none | Credential. |');
    expect(rendered).toContain('| `program-project` | string | `tools/generic-packages` |');
  });

  it('come out the same when generated again', () => {
    const once = renderReadme(readme(...MOVE, ...SHARED), [move], RELEASE).text;

    expect(renderReadme(once, [move], RELEASE)).toEqual({ text: once, problems: [] });
  });

  it('of a new command stand in the region for other commands, without an edit by hand', () => {
    const { text: rendered, problems } = renderReadme(
      readme(...MOVE, ...SHARED, 'other commands'),
      [move, copy],
      RELEASE,
    );

    expect(problems).toEqual([]);
    expect(rendered.match(/^### .*$/gm)).toEqual(['### copy']);
    expect(rendered.match(/`files` \| lines/g)).toHaveLength(2);
  });
});

describe('markers', () => {
  it.each([
    {
      name: 'of an input table is missing',
      text: readme('move outputs', ...SHARED),
      problem: 'needs the two lines <!-- begin generated: move inputs --> and <!-- end generated: move inputs -->',
    },
    {
      name: 'of a command are all missing',
      text: readme(...SHARED),
      problem: 'needs the two lines <!-- begin generated: move outputs -->',
    },
    {
      name: 'name nothing',
      text: readme(...MOVE, ...SHARED, 'mvoe inputs'),
      problem: 'nothing is generated for the marker <!-- begin generated: mvoe inputs -->',
    },
    {
      name: 'have no end',
      text: `${readme(...MOVE, ...SHARED)}<!-- begin generated: x -->`,
      problem: '<!-- end generated: x --> is missing',
    },
    {
      name: 'have no beginning',
      text: `${readme(...MOVE, ...SHARED)}<!-- end generated: x -->`,
      problem: '<!-- begin generated: x --> is missing before <!-- end generated: x -->',
    },
    {
      name: 'overlap',
      text: `<!-- begin generated: x -->${readme(...MOVE, ...SHARED)}`,
      problem: '<!-- end generated: x --> is missing',
    },
  ])('that $name are a problem', ({ text: written, problem }) => {
    const { problems } = renderReadme(written, [move], RELEASE);

    expect(problems.filter((words) => words.includes(problem))).toHaveLength(1);
  });

  it('keep what stands outside them, also when some are wrong', () => {
    const { text: rendered } = renderReadme(readme('move inputs', 'mvoe inputs'), [move], RELEASE);

    expect(rendered).toContain('# Title\n');
    expect(rendered).toContain(
      '<!-- begin generated: mvoe inputs -->\nold\n<!-- end generated: mvoe inputs -->\nafter mvoe inputs\n',
    );
  });
});

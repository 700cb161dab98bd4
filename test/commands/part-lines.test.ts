/** The lines of `parts`: their forms, what is none, and what a `download` job's pipeline values makes of them. */
import { describe, expect, test } from '@jest/globals';
import type { PipelineValues } from '../../src/definitions/context.ts';
import { findParts, parsePartLine } from '../../src/commands/publish/part-lines.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const WIDGET = { name: 'widget', version: '1.0.0', outputPrefix: undefined };
const FETCHED = { 'package-name': 'widget', 'package-version': '1.0.0', digest: A };

test.each([
  ['linux', { name: 'linux' }],
  ['linux-x64_2.0', { name: 'linux-x64_2.0' }],
  ['sha256', { name: 'sha256' }],
  ['__proto__', { name: '__proto__' }],
  [`linux@${A}`, { name: 'linux', pin: A }],
  ['linux@from-pipeline', { name: 'linux', pin: 'from-pipeline' }],
  ['from-pipeline', { name: 'from-pipeline' }],
  ['linux?', { name: 'linux', optional: true }],
  [`linux?@${A}`, { name: 'linux', optional: true, pin: A }],
  ['linux?@from-pipeline', { name: 'linux', optional: true, pin: 'from-pipeline' }],
])('the line %s is read', (line, read) => {
  expect(parsePartLine(line)).toEqual(read);
});

test.each([
  ['linux@', /^`linux@` has nothing after the `@`/],
  ['@', /^`@`: a part's name/],
  [`@${A}`, /a part's name may have only/],
  ['linux,macos', /a part's name may have only .* Give one part a line/],
  ['.', /is neither `\.` nor `\.\.`/],
  ['..?', /is neither `\.` nor `\.\.`/],
  ['?', /a part's name may have only/],
  ['linux??', /a part's name may have only/],
  [`linux@${A}?`, /after the `@` give/],
  ['lin ux', /a part's name may have only/],
  [`linux @${A}`, /a part's name may have only/],
  [`linux@ ${A}`, /^`linux@ sha256:a+`: after the `@` give `sha256:` and 64/],
  [`linux@${A}@${A}`, /after the `@` give/],
  [`linux@${A.slice(0, -1)}`, /after the `@` give/],
  [`linux@${A}0`, /after the `@` give/],
  [`linux@${A.toUpperCase()}`, /after the `@` give/],
  [`linux@${'a'.repeat(64)}`, /after the `@` give/],
  [`linux@sha512:${'a'.repeat(128)}`, /after the `@` give/],
  ['linux@$DIGEST', /^`linux@\$DIGEST`: after the `@` give/],
  ['linux@Handed-Down', /after the `@` give/],
])('the line %s is wrong', (line, problem) => {
  expect(parsePartLine(line)).toEqual({ problem: expect.stringMatching(problem) as unknown });
});

describe('the parts that are wanted', () => {
  /** As in a GitLab job to which these jobs handed something on, by command with prefix. */
  function jobWith(handed: Readonly<Record<string, PipelineValues>>) {
    return {
      job: {},
      pipelineValues: (command: string, prefix: string) => Promise.resolve(handed[`${prefix}${command}`]),
    };
  }
  const ELSEWHERE = { pipelineValues: () => Promise.resolve(undefined) };

  test.each([
    { title: 'none', lines: [], parts: [] },
    {
      title: 'pinned or not',
      lines: ['linux', `macos@${A}`],
      parts: [{ name: 'linux' }, { name: 'macos', digest: A }],
    },
    { title: 'once, however often they stand there', lines: ['linux', 'linux'], parts: [{ name: 'linux' }] },
    {
      title: 'with the pin that one of two lines has',
      lines: ['linux', `linux@${A}`, 'linux'],
      parts: [{ name: 'linux', digest: A }],
    },
    { title: 'optional', lines: ['linux?'], parts: [{ name: 'linux', need: 'optional' }] },
    { title: 'required where one of two lines says so', lines: ['linux?', 'linux'], parts: [{ name: 'linux' }] },
    { title: 'twice with the same pin', lines: [`linux@${A}`, `linux@${A}`], parts: [{ name: 'linux', digest: A }] },
  ])('are $title', async ({ lines, parts }) => {
    expect(await findParts(lines, WIDGET, ELSEWHERE)).toEqual({
      parts: parts.map((part) => ({ digest: undefined, need: 'required', ...part })),
      problems: [],
    });
  });

  test('have the digest that the download passed on, by its prefix', async () => {
    const job = jobWith({ download: FETCHED, CLI_download: { ...FETCHED, digest: B } });
    expect(await findParts(['candidate@from-pipeline'], WIDGET, job)).toEqual({
      parts: [{ name: 'candidate', digest: A, need: 'required' }],
      problems: [],
    });
    const prefixed = await findParts(['candidate@from-pipeline'], { ...WIDGET, outputPrefix: 'CLI_' }, job);
    expect(prefixed).toEqual({ parts: [{ name: 'candidate', digest: B, need: 'required' }], problems: [] });
  });

  test('are left out where they are optional and no download passed them on, whatever the registry has', async () => {
    expect(await findParts(['linux?@from-pipeline'], WIDGET, jobWith({}))).toEqual({
      parts: [{ name: 'linux', digest: undefined, need: 'left-out' }],
      problems: [],
    });
    const elsewhere = await findParts(['linux?@from-pipeline'], WIDGET, ELSEWHERE);
    expect(elsewhere.problems).toEqual([{ input: 'parts', problem: expect.stringContaining('is for GitLab jobs') }]);
  });

  test.each([
    { title: 'outside of a GitLab job', context: ELSEWHERE, says: /is for GitLab jobs/ },
    {
      title: 'without a download',
      context: jobWith({ publish: FETCHED }),
      says: /no `download` job .* `needs`, with its artifacts$/,
    },
    {
      title: 'of a download that found nothing',
      context: jobWith({ download: { ...FETCHED, digest: '' } }),
      says: /no `download` job/,
    },
    {
      title: 'of a digest that is none',
      context: jobWith({ download: { ...FETCHED, digest: 'x' } }),
      says: /no `download` job/,
    },
    {
      title: 'of another package',
      context: jobWith({ download: { ...FETCHED, 'package-name': 'gadget' } }),
      says: /fetched gadget 1\.0\.0, but this run completes widget 1\.0\.0$/,
    },
    {
      title: 'of another version',
      context: jobWith({ download: { ...FETCHED, 'package-version': '1.0.1' } }),
      says: /fetched widget 1\.0\.1, but this run completes widget 1\.0\.0$/,
    },
  ])('are not told $title', async ({ context, says }) => {
    const { parts, problems } = await findParts(['candidate@from-pipeline'], WIDGET, context);
    expect(parts).toEqual([]);
    expect(problems).toEqual([{ input: 'parts', problem: expect.stringMatching(says) as unknown }]);
    expect(problems[0]?.problem).toContain('`candidate@from-pipeline`: ');
  });

  test('cannot have two digests, and every wrong line is told', async () => {
    const { problems } = await findParts(
      [`linux@${A}`, 'macos@', `linux@${B}`, 'linux@from-pipeline'],
      WIDGET,
      ELSEWHERE,
    );
    expect(problems.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('`macos@` has nothing'),
      `the part \`linux\` stands there with two digests, ${A} and ${B}`,
      expect.stringContaining('is for GitLab jobs'),
    ]);
  });
});

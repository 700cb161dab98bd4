/** release.json: read strictly, written as it is read. */
import { describe, expect, it } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { formatRelease, parseRelease } from '../../src/generate/release.ts';
import { RELEASE } from './sample-job.ts';

describe('release.json', () => {
  it('is read back as it was written', () => {
    expect(parseRelease(formatRelease(RELEASE))).toEqual(RELEASE);
  });

  it.each([
    { name: 'no JSON', text: '{', words: 'not a JSON object' },
    { name: 'a list', text: '[]', words: 'not valid' },
    { name: 'null', text: 'null', words: 'not a JSON object' },
    { name: 'a version with v', text: formatRelease({ ...RELEASE, version: 'v1.2.3' }), words: 'not valid' },
    {
      name: 'a version that would end a string',
      text: formatRelease({ ...RELEASE, version: "1.2.3-'" }),
      words: 'not valid',
    },
    { name: 'a project without a group', text: formatRelease({ ...RELEASE, project: 'tools' }), words: 'not valid' },
    { name: 'a short checksum', text: formatRelease({ ...RELEASE, sha256: 'ab' }), words: 'not valid' },
    { name: 'a further member', text: JSON.stringify({ ...RELEASE, date: 'now' }), words: 'not valid' },
  ])('is refused when it holds $name', ({ text, words }) => {
    const failure = failureOf(text);

    expect(failure?.code).toBe('usage');
    expect(failure?.message).toContain(words);
  });

  it('names every member that is wrong at once', () => {
    expect(failureOf('{}')?.problems.map((problem) => problem.split(':')[0])).toEqual(['version', 'project', 'sha256']);
  });
});

/** What reading the text failed with, if it did. */
function failureOf(text: string): Failure | undefined {
  try {
    parseRelease(text);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  return undefined;
}

/** Our evaluation of GitLab's `rules`, which the tests of components rely on. */
import { describe, expect, it } from '@jest/globals';
import { holds, jobsInPipeline, pipelineProblems } from './rules.ts';

describe('a condition', () => {
  it.each<[condition: string, isTrue: boolean]>([
    ['$CI_COMMIT_TAG', false],
    ['$CI_COMMIT_BRANCH', true],
    ['$EMPTY', false],
    ['$CI_COMMIT_BRANCH == "main"', true],
    ['$CI_COMMIT_BRANCH != "main"', false],
    ['$CI_COMMIT_TAG == ""', false],
    ['$CI_COMMIT_TAG == $OTHER', true],
    ['"" == ""', true],
    ['"true" != "true"', false],
    ['$CI_COMMIT_TAG || $CI_COMMIT_BRANCH', true],
    ['$CI_COMMIT_BRANCH && $CI_COMMIT_TAG', false],
    ['$CI_COMMIT_BRANCH && $CI_COMMIT_TAG || "a" == "a"', true],
  ])('%s is %s', (condition, isTrue) => {
    expect(holds(condition, { CI_COMMIT_BRANCH: 'main', EMPTY: '' })).toBe(isTrue);
  });

  it('that is not understood is no quiet false', () => {
    expect(() => holds('$A =~ /x/', {})).toThrow('neither a variable nor a text');
  });
});

describe('a pipeline', () => {
  const never = { if: '$RELEASE != "true"', when: 'never' };
  const jobs = {
    '.template': { script: ['x'] },
    build: { script: ['x'] },
    save: { script: ['x'], rules: [never, [{ if: '$CI_COMMIT_BRANCH' }]], needs: ['build'] },
    told: { script: ['x'], rules: [{ if: '$CI_COMMIT_TAG' }] },
    last: { script: ['x'], needs: [{ job: 'save', optional: true }, { job: 'build' }] },
  };

  it('has the jobs whose first rule that holds is not `never`', () => {
    expect(Object.keys(jobsInPipeline(jobs, { CI_COMMIT_BRANCH: 'main' }))).toEqual(['build', 'last']);
    expect(Object.keys(jobsInPipeline(jobs, { CI_COMMIT_BRANCH: 'main', RELEASE: 'true' }))).toEqual([
      'build',
      'save',
      'last',
    ]);
    expect(Object.keys(jobsInPipeline(jobs, { CI_COMMIT_TAG: 'v1', RELEASE: 'true' }))).toEqual([
      'build',
      'told',
      'last',
    ]);
  });

  it('is not made where a job needs one that is left out, unless the need is optional', () => {
    const made = jobsInPipeline(jobs, { CI_COMMIT_BRANCH: 'main' });
    expect(pipelineProblems(made)).toEqual([]);
    const strict = { ...made, last: { script: ['x'], needs: [{ job: 'save' }, 'build'] } };
    expect(pipelineProblems(strict)).toEqual([
      "'last' job needs 'save' job, but 'save' does not exist in the pipeline",
    ]);
  });
});

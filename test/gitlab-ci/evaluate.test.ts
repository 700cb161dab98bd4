/** The evaluator itself: a sound component passes, and each way to break one is told by its reason. */
import { describe, expect, it } from '@jest/globals';
import { evaluateComponent } from './evaluate.ts';

const SOUND = `# A component as small as one can be that uses every kind of input.
spec:
  inputs:
    job-name:
      description: Name of the job.
      type: string
      default: sample
    flatten:
      description: A boolean.
      type: boolean
      default: false
    retries:
      description: A number.
      type: number
      default: 5
    mode:
      description: A choice.
      type: string
      default: skip
      options: [skip, fail]
    directory:
      description: A folder.
      type: string
      default: out
      regex: "[^./]"
    files:
      description: Mandatory.
      type: string
    rules:
      description: When it runs.
      type: array
      default:
        - if: $CI_COMMIT_TAG
---
"$[[ inputs.job-name ]]":
  stage: deploy
  image: node:24-alpine
  rules: $[[ inputs.rules ]]
  inherit:
    default: [tags, retry, timeout]
  interruptible: false
  variables:
    FLATTEN: "$[[ inputs.flatten ]] "
    RETRIES: "$[[ inputs.retries ]] "
    MODE: $[[ inputs.mode ]]
    SHORT: $[[ inputs.mode | truncate(0,2) ]]
    FILES: $[[ inputs.files ]]
  script:
    - node -e 'true'
  artifacts:
    paths:
      - .generic-packages/
      - $[[ inputs.directory ]]
    reports:
      dotenv: .generic-packages/sample.env
`;

describe('a sound component', () => {
  it('passes with what is mandatory, and defaults keep their types', () => {
    const { problems, jobs } = evaluateComponent(SOUND, { files: 'a\nb' });

    expect(problems).toEqual([]);
    expect(jobs).toEqual({
      sample: {
        stage: 'deploy',
        image: 'node:24-alpine',
        rules: [{ if: '$CI_COMMIT_TAG' }],
        inherit: { default: ['tags', 'retry', 'timeout'] },
        interruptible: false,
        variables: { FLATTEN: 'false ', RETRIES: '5 ', MODE: 'skip', SHORT: 'sk', FILES: 'a\nb' },
        script: ["node -e 'true'"],
        artifacts: { paths: ['.generic-packages/', 'out'], reports: { dotenv: '.generic-packages/sample.env' } },
      },
    });
  });

  it('takes what an include gives, keys included, and reads each block once', () => {
    const { problems, jobs } = evaluateComponent(SOUND, {
      'job-name': 'mine',
      flatten: true,
      retries: 0,
      mode: 'fail',
      directory: './out.d',
      files: '$[[ inputs.mode ]]',
      rules: [{ when: 'manual' }],
    });

    expect(problems).toEqual([]);
    expect(jobs).toMatchObject({
      mine: {
        rules: [{ when: 'manual' }],
        variables: { FLATTEN: 'true ', RETRIES: '0 ', FILES: '$[[ inputs.mode ]]' },
      },
    });
  });
});

interface Broken {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Each replaces one piece of the sound component. */
const BROKEN: readonly Broken[] = [
  {
    name: 'jobs before the header',
    from: 'spec:\n',
    to: 'job:\n',
    reason: 'the first document must be the header with `spec`',
  },
  {
    name: 'no line between header and jobs',
    from: '---\n',
    to: '',
    reason: 'the header must be followed by `---` and a hash of jobs',
  },
  { name: 'a third document', from: '---\n', to: '---\n{a: {script: x}}\n---\n', reason: 'more than two documents' },
  {
    name: 'a header key that 17.0 does not know',
    from: 'spec:\n',
    to: 'spec:\n  component: [version]\n',
    reason: 'header:spec: unknown key component',
  },
  {
    name: 'an input key that 17.0 does not know',
    from: '      type: boolean\n',
    to: '      type: boolean\n      rules: []\n',
    reason: '`flatten` input: unknown key rules',
  },
  {
    name: 'a misspelt type',
    from: 'type: number',
    to: 'type: integer',
    reason: '`retries` input: type unknown value: integer',
  },
  {
    name: 'a number as text',
    from: 'default: 5',
    to: 'default: "5"',
    reason: '`retries` input: default value is not a number',
  },
  {
    name: 'a boolean without a value',
    from: 'default: false',
    to: 'default:',
    reason: '`flatten` input: default value is not a boolean',
  },
  {
    name: 'a default that is no option',
    from: 'default: skip',
    to: 'default: ""',
    reason: '`mode` input: `` cannot be used because it is not in the list of allowed options',
  },
  {
    name: 'options for a boolean',
    from: '      type: boolean\n',
    to: '      type: boolean\n      options: [true]\n',
    reason: '`flatten` input: Options can only be used with string and number inputs',
  },
  {
    name: 'a pattern for a number',
    from: '      type: number\n',
    to: '      type: number\n      regex: x\n',
    reason: '`retries` input: RegEx validation can only be used with string inputs',
  },
  {
    name: 'a default against its own pattern',
    from: 'default: out\n',
    to: 'default: ./.\n',
    reason: '`directory` input: default value does not match required RegEx pattern',
  },
  {
    name: 'an input that is not declared',
    from: '$[[ inputs.mode ]]',
    to: '$[[ inputs.mod ]]',
    reason: 'unknown interpolation key: `mod`',
  },
  {
    name: 'a scope that there is none of',
    from: '$[[ inputs.mode ]]',
    to: '$[[ component.version ]]',
    reason: 'unknown interpolation key: `component`',
  },
  {
    name: 'a function that 17.0 does not know',
    from: '| truncate(0,2)',
    to: '| posix_escape',
    reason: 'no function matching `posix_escape`',
  },
  {
    name: 'too many functions',
    from: '| truncate(0,2)',
    to: '| expand_vars | expand_vars | expand_vars | expand_vars',
    reason: 'too many functions in interpolation block',
  },
  {
    name: 'a function on a number',
    from: '$[[ inputs.mode | truncate(0,2) ]]',
    to: '"$[[ inputs.retries | truncate(0,2) ]] "',
    reason: 'invalid input type: truncate(0,2) can only be used with string inputs',
  },
  {
    name: 'a bare boolean as a variable',
    from: '"$[[ inputs.flatten ]] "',
    to: '$[[ inputs.flatten ]]',
    reason: 'FLATTEN: variable definition must be either a string or a hash',
  },
  {
    name: 'an array as a variable',
    from: 'MODE: $[[ inputs.mode ]]',
    to: 'MODE: $[[ inputs.rules ]]',
    reason: 'MODE: variable definition must be either a string or a hash',
  },
  {
    name: 'a misspelt keyword',
    from: 'interruptible: false',
    to: 'interruptable: false',
    reason: 'jobs:sample config contains unknown keys: interruptable',
  },
  {
    name: 'a keyword of another type',
    from: 'interruptible: false',
    to: 'interruptible: "$[[ inputs.flatten ]] "',
    reason: 'interruptible should be a boolean value',
  },
  {
    name: 'needs that are no list',
    from: 'interruptible: false',
    to: 'needs: build',
    reason: 'needs should be an array',
  },
  {
    name: 'a misspelt key of a need',
    from: 'interruptible: false',
    to: 'needs: [{job: build, optinal: true}]',
    reason: 'needs need contains unknown keys: optinal',
  },
  {
    name: 'a need that is optional by a text',
    from: 'interruptible: false',
    to: 'needs: [{job: build, optional: "true"}]',
    reason: 'needs need optional should be a boolean value',
  },
  {
    name: 'a need for no job',
    from: 'interruptible: false',
    to: 'needs: [{artifacts: true}]',
    reason: 'needs need job should be a string',
  },
  {
    name: 'a need that is there twice',
    from: 'interruptible: false',
    to: 'needs: [build, {job: build}]',
    reason: 'needs has duplicate entries',
  },
  {
    name: 'a job without a script',
    from: "  script:\n    - node -e 'true'\n",
    to: '',
    reason: "jobs:sample script can't be blank",
  },
  {
    name: 'no rule at all',
    from: '        - if: $CI_COMMIT_TAG\n',
    to: '        []\n',
    reason: "rules config can't be blank",
  },
  {
    name: 'a rule with a wrong when',
    from: 'if: $CI_COMMIT_TAG',
    to: 'when: tag',
    reason: 'rules rule when unknown value: tag',
  },
  {
    name: 'id_tokens inherited',
    from: '[tags, retry, timeout]',
    to: '[tags, id_tokens]',
    reason: 'inherit default contains unknown values: id_tokens',
  },
  {
    name: 'a misspelt report',
    from: 'dotenv:',
    to: 'dot_env:',
    reason: 'artifacts reports contains unknown keys: dot_env',
  },
  {
    name: 'a report outside our folder',
    from: '.generic-packages/sample.env',
    to: 'sample.env',
    reason: 'sample: report sample.env is outside .generic-packages/',
  },
  {
    name: 'the whole project as artifact',
    from: '- .generic-packages/\n',
    to: '- ./\n',
    reason: 'artifacts path `./` is the whole project or leads out of it',
  },
  {
    name: 'an input in a script',
    from: "node -e 'true'",
    to: 'run $[[ inputs.files ]]',
    reason: 'sample]]: input files stands in script, where it would be code',
  },
  {
    name: 'an input that nothing uses',
    from: '    FILES: $[[ inputs.files ]]\n',
    to: '',
    reason: 'input files is declared and never used',
  },
  {
    name: 'an input without a description',
    from: '      description: Mandatory.\n',
    to: '',
    reason: 'input files has no description or no type',
  },
  { name: 'a global keyword', from: '---\n', to: '---\nimage: node:24\n', reason: 'image is a global keyword' },
  { name: 'YAML that is none', from: '  stage: deploy\n', to: '  stage: [deploy\n', reason: 'Flow sequence' },
];

describe('a broken component', () => {
  it.each(BROKEN)('is refused for $name', ({ from, to, reason }) => {
    expect(SOUND).toContain(from);

    const { problems } = evaluateComponent(
      SOUND.replace(from, () => to),
      { files: 'a' },
    );

    // `sample]]` is how the job is called before its name is filled in.
    const wanted = reason.replace('sample]]', '$[[ inputs.job-name ]]');
    expect(problems.filter((problem) => problem.includes(wanted))).toHaveLength(1);
  });

  it('is refused when its inputs are empty', () => {
    const { problems } = evaluateComponent('spec:\n  inputs:\n---\njob:\n  script: x\n', {});

    expect(problems).toEqual(['Build component error: Spec must be a valid json schema (inputs are empty)']);
  });
});

describe('an include', () => {
  it.each([
    { name: 'a mandatory input is missing', given: {}, reason: '`files` input: required value has not been provided' },
    { name: 'an input is unknown', given: { files: 'a', flaten: true }, reason: 'unknown input arguments: flaten' },
    {
      name: 'a number comes as text',
      given: { files: 'a', retries: '5' },
      reason: '`retries` input: provided value is not a number',
    },
    {
      name: 'a boolean comes as text',
      given: { files: 'a', flatten: 'true' },
      reason: '`flatten` input: provided value is not a boolean',
    },
    {
      name: 'a text comes as a list',
      given: { files: ['a'] },
      reason: '`files` input: provided value is not a string',
    },
    {
      name: 'a choice is none',
      given: { files: 'a', mode: 'replace' },
      reason: '`mode` input: `replace` cannot be used because it is not in the list of allowed options',
    },
    {
      name: 'a folder is the project',
      given: { files: 'a', directory: './' },
      reason: '`directory` input: provided value does not match required RegEx pattern',
    },
  ])('is refused when $name', ({ given, reason }) => {
    expect(evaluateComponent(SOUND, given).problems).toContain(reason);
  });
});

/** The command `version`: works out which version this build has. Definition only; the work is in run.ts. */
import { defineCommand } from '../../definitions/command.ts';
import { prepareVersion } from './intent.ts';
import { inputs, outputs } from './inputs.ts';

export const version = defineCommand({
  name: 'version',
  summary: 'Work out which semantic version this build has',
  description:
    'Works out which semantic version this build has: from its tag, from a CI/CD variable, or from ' +
    'the versions that are published. A build of a branch or request gets a prerelease named after ' +
    'it.',
  platforms: ['github', 'gitlab', 'terminal'],
  branding: { icon: 'tag', color: 'orange' },
  component: {
    stage: '.pre',
    rules: [{ if: '$CI_COMMIT_TAG' }, { if: '$CI_COMMIT_BRANCH' }],
    writes: false,
  },
  inputs,
  outputs,
  prepare: (given, context) => Promise.resolve(prepareVersion(given, context)),
  run: async (given, tools, intent) => {
    const { runVersion } = await import(/* webpackMode: "eager" */ './run.ts');
    return runVersion(given, tools, intent);
  },
});

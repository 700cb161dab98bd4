/** The command `save-version`: writes a version back to a CI/CD variable. Definition only; the work is in run.ts. */
import { defineCommand } from '../../definitions/command.ts';
import { prepareSaveVersion } from './intent.ts';
import { inputs, outputs } from './inputs.ts';

export const saveVersion = defineCommand({
  name: 'save-version',
  summary: 'Write a version back to a CI/CD variable, guarded',
  description:
    'Writes a version to a CI/CD variable of a GitLab project or group: compares first, never goes back by accident, ' +
    "keeps the variable's other attributes, and reads back what it wrote. What another run writes after that is not " +
    'seen.',
  platforms: ['github', 'gitlab', 'terminal'],
  branding: { icon: 'save', color: 'orange' },
  component: {
    stage: 'deploy',
    rules: [{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != "schedule"' }],
    writes: true,
    // GitLab compares nothing when a variable is written: one job at a time reads and writes it.
    resourceGroup: 'generic-packages-save-version-$[[ inputs.variable ]]',
  },
  inputs,
  outputs,
  prepare: prepareSaveVersion,
  run: async (given, tools, intent) => {
    const { runSaveVersion } = await import(/* webpackMode: "eager" */ './run.ts');
    return runSaveVersion(given, tools, intent);
  },
});

/** The command `publish`: files → one version of a generic package. Definition only; the work is in run.ts. */
import { defineCommand } from '../../definitions/command.ts';
import { preparePublish } from './intent.ts';
import { inputs, outputs } from './inputs.ts';

export const publish = defineCommand({
  name: 'publish',
  summary: 'Publish files as one version of a GitLab generic package',
  description:
    'Publishes files as one version of a GitLab generic package: in parallel, each verified by the ' +
    'SHA-256 that GitLab stored, hidden until the last file is there, and safe to run again.',
  platforms: ['github', 'gitlab', 'terminal'],
  branding: { icon: 'upload-cloud', color: 'orange' },
  component: {
    stage: 'deploy',
    rules: [{ if: '$CI_COMMIT_TAG' }],
    writes: true,
  },
  inputs,
  outputs,
  prepare: preparePublish,
  run: async (given, tools, intent) => {
    const { runPublish } = await import(/* webpackMode: "eager" */ './run.ts');
    return runPublish(given, tools, intent);
  },
});

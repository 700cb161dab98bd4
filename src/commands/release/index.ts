/**
 * The command `release`: a GitLab release of a tag, linked to a package's files. Definition only; the work is in
 * run.ts.
 */
import { defineCommand } from '../../definitions/command.ts';
import { prepareRelease } from './intent.ts';
import { inputs, outputs } from './inputs.ts';

export const release = defineCommand({
  name: 'release',
  summary: "Make the GitLab release of a tag, linked to the package's files",
  description:
    'Makes or updates the GitLab release of a tag and links it to the files of one version of a generic package. ' +
    'Only what differs is written: running it again changes nothing.',
  platforms: ['github', 'gitlab', 'terminal'],
  branding: { icon: 'tag', color: 'orange' },
  component: {
    stage: 'deploy',
    rules: [{ if: '$CI_COMMIT_TAG' }],
    writes: true,
  },
  inputs,
  outputs,
  prepare: prepareRelease,
  run: async (given, tools, intent) => {
    const { runRelease } = await import(/* webpackMode: "eager" */ './run.ts');
    return runRelease(given, tools, intent);
  },
});

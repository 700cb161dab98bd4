/** The command `download`: one version of a package → files. Definition only; the work is in run.ts. */
import { defineCommand } from '../../definitions/command.ts';
import { prepareDownload } from './intent.ts';
import { inputs, outputs } from './inputs.ts';

export const download = defineCommand({
  name: 'download',
  summary: 'Fetch one version of a GitLab generic package and verify it',
  description:
    'Fetches one version of a GitLab generic package: in parallel, each file checked by size and ' +
    'SHA-256 before it is moved into place, and only files that are missing here or differ.',
  platforms: ['github', 'gitlab', 'terminal'],
  branding: { icon: 'download-cloud', color: 'orange' },
  component: {
    stage: 'build',
    rules: [{ if: '$CI_COMMIT_TAG' }, { if: '$CI_COMMIT_BRANCH' }],
    writes: false,
    artifactInput: 'directory',
  },
  inputs,
  outputs,
  prepare: prepareDownload,
  run: async (given, tools, intent) => {
    const { runDownload } = await import(/* webpackMode: "eager" */ './run.ts');
    return runDownload(given, tools, intent);
  },
});

/** The command `cleanup`: retention by rules. Definition only; the work is in run.ts. */
import { defineCommand } from '../../definitions/command.ts';
import { inputs, outputs } from './inputs.ts';
import { prepareCleanup } from './intent.ts';

export const cleanup = defineCommand({
  name: 'cleanup',
  summary: 'Delete old versions, leftovers and stale duplicates by rules',
  description:
    'Deletes versions of generic packages by rules: delete rules name what may go, keep rules always win, and ' +
    'nothing goes without a delete rule. It is a dry run unless `dry-run` is false.',
  platforms: ['github', 'gitlab', 'terminal'],
  branding: { icon: 'trash-2', color: 'orange' },
  component: {
    stage: 'deploy',
    rules: [{ if: '$CI_PIPELINE_SOURCE == "schedule"' }, { if: '$CI_PIPELINE_SOURCE == "web"' }],
    writes: true,
  },
  inputs,
  outputs,
  prepare: prepareCleanup,
  run: async (given, tools, intent) => {
    const { runCleanup } = await import(/* webpackMode: "eager" */ './run.ts');
    return runCleanup(given, tools, intent);
  },
});

/** The command `registry`: serves the embedded GitLab-compatible registry until it is stopped. */
import { defineCommand } from '../../definitions/command.ts';
import { inputs, outputs } from './inputs.ts';

export const registry = defineCommand({
  name: 'registry',
  summary: 'Serve a GitLab-compatible package registry on this machine',
  description:
    "Serves GitLab's API for generic packages on this machine, for trying out and for tests: no account, no network. " +
    'Stops with Ctrl-C; without --data it keeps nothing.',
  platforms: ['terminal'],
  inputs,
  outputs,
  run: async (given, tools) => {
    const { runRegistry } = await import(/* webpackMode: "eager" */ './run.ts');
    return runRegistry(given, tools);
  },
});

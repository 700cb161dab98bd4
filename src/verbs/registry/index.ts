/** The verb `registry`: serves the embedded GitLab-compatible registry until it is stopped. */
import { defineVerb } from '../../spec/verb.ts';
import { inputs, outputs } from './inputs.ts';

export const registry = defineVerb({
  name: 'registry',
  summary: 'Serve a GitLab-compatible package registry on this machine',
  description:
    "Serves GitLab's API for generic packages on this machine, for trying out and for tests: no account, no network. " +
    'Stops with Ctrl-C; without --data it keeps nothing.',
  doors: ['terminal'],
  inputs,
  outputs,
  run: async (given, tools) => {
    const { runRegistry } = await import(/* webpackMode: "eager" */ './run.ts');
    return runRegistry(given, tools);
  },
});

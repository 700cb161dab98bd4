/** The command `list`: versions of a package, or the files of a version. */
import { defineCommand } from '../../definitions/command.ts';
import { inputs, outputs } from './inputs.ts';
import { prepareList } from './intent.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'List the versions of a package, or the files of a version',
  description:
    'Lists the versions of a generic package, hidden ones too, or with --package-version the files of one version.',
  platforms: ['terminal'],
  inputs,
  outputs,
  prepare: (given, context) => Promise.resolve(prepareList(given, context)),
  run: async (given, tools, intent) => {
    const { runList } = await import(/* webpackMode: "eager" */ './run.ts');
    return runList(given, tools, intent);
  },
});

/** The command `list`: packages of a project, versions of a package, or the files of a version. */
import { defineCommand } from '../../definitions/command.ts';
import { inputs, outputs } from './inputs.ts';
import { prepareList } from './intent.ts';

export const list = defineCommand({
  name: 'list',
  summary: 'List packages of a project, versions of a package, or files of a version',
  description:
    'Lists the generic packages of a project; with --package-name the versions of one, hidden ones too; with ' +
    '--package-version the files of one version.',
  platforms: ['terminal'],
  inputs,
  outputs,
  prepare: (given, context) => Promise.resolve(prepareList(given, context)),
  run: async (given, tools, intent) => {
    const { runList } = await import(/* webpackMode: "eager" */ './run.ts');
    return runList(given, tools, intent);
  },
});

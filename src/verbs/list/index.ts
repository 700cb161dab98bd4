/** The verb `list`: versions of a package, or the files of a version. */
import { defineVerb } from '../../spec/verb.ts';
import { planConnection } from '../connection.ts';
import { findPackageName } from '../package.ts';
import { manifestProblems, patternProblems } from '../names-check.ts';
import { inputs, outputs } from './inputs.ts';

export const list = defineVerb({
  name: 'list',
  summary: 'List the versions of a package, or the files of a version',
  description: 'Lists the versions of a generic package, hidden ones too, or with --package-version the files of one version.',
  doors: ['terminal'],
  inputs,
  outputs,
  check: (given, context) => {
    const name = findPackageName(given, context);
    return Promise.resolve([
      ...planConnection(given, context).problems,
      ...('problem' in name ? [name.problem] : []),
      ...manifestProblems(given.manifest, context),
      ...patternProblems(given.files, context),
    ]);
  },
  run: async (given, tools) => {
    const { runList } = await import(/* webpackMode: "eager" */ './run.ts');
    return runList(given, tools);
  },
});

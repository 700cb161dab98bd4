/** The verb `list`: versions of a package, or the files of a version. */
import { packageVersionProblem } from '../../core/names.ts';
import { defineVerb, type Problem } from '../../spec/verb.ts';
import { planConnection } from '../connection.ts';
import { findPackageName } from '../package.ts';
import { manifestProblems, patternProblems } from '../names-check.ts';
import { inputs, outputs } from './inputs.ts';

/** A name such as `latest` or `1.2` may be a version's; what none can be is a range. */
function versionProblems(version: string | undefined): readonly Problem[] {
  if (version === undefined || packageVersionProblem(version) === undefined) return [];
  return [{ input: 'package-version', problem: `\`${version}\`: \`list\` takes an exact version; leave it away to see those that are there` }];
}

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
      ...versionProblems(given['package-version']),
      ...manifestProblems(given.manifest, context),
      ...patternProblems(given.files, context),
    ]);
  },
  run: async (given, tools) => {
    const { runList } = await import(/* webpackMode: "eager" */ './run.ts');
    return runList(given, tools);
  },
});

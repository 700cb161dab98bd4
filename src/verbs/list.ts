/** The verb `list`: versions of a package, or the files of a version. */
import { lines, text, type ValuesOf } from '../spec/inputs.ts';
import { defineVerb, type Result } from '../spec/verb.ts';
import { connectionInputs } from './connection-inputs.ts';
import { planConnection } from './connection.ts';
import { findPackageName } from './package.ts';
import { manifestProblems, patternProblems } from './publish/check.ts';

const inputs = {
  'package-name': text({
    fallback: "the last part of `project` if that is a path; the project's name in a GitLab job of that project",
    description: 'Name of the package.',
  }),
  'package-version': text({ description: 'List the files of this version instead of the versions.' }),
  files: lines({ default: '**', description: 'Patterns of the file names to list, as in `download`.' }),
  manifest: text({
    default: 'generic-package.json',
    none: true,
    description: 'Name of the manifest; what it lists is the version. `none` lists what the registry holds.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs. */
export type ListInputs = ValuesOf<typeof inputs>;

const outputs = {
  versions: { kind: 'list', whole: true, description: 'JSON array of `{version, status, created-at}`, newest first; empty when files are listed.' },
  files: { kind: 'list', whole: true, description: 'JSON array of `{name, size, sha256}`; empty when versions are listed.' },
} as const;

/** What run returns. */
export type ListResult = Result<typeof outputs>;

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
    const { runList } = await import(/* webpackMode: "eager" */ './list-run.ts');
    return runList(given, tools);
  },
});

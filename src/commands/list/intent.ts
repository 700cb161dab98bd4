/** What is to be listed, and every problem of it that can be seen without asking the network. */
import { packageVersionProblem } from '../../core/names/file-names.ts';
import { quoted } from '../../core/text.ts';
import type { Context } from '../../definitions/context.ts';
import type { Prepared, Problem } from '../../definitions/command.ts';
import { findConnection, type Connection } from '../shared/connection.ts';
import { intentFrom, type Finding } from '../shared/findings.ts';
import { manifestProblems, namePatternProblems } from '../shared/names-check.ts';
import { findPackageName } from '../shared/package.ts';
import { ALL_FILES, type ListInputs } from './inputs.ts';

/** The packages of a project, the versions of one, or the files of a version. */
export interface ListIntent {
  readonly connection: Connection;
  /** Undefined: all packages of the project. */
  readonly packageName: string | undefined;
}

export function prepareList(inputs: ListInputs, context: Context): Prepared<ListIntent> {
  const ofProject = inputs['package-name'] === undefined && inputs['package-version'] === undefined;
  const packageName: Finding<string | undefined> = ofProject ? { value: undefined } : findPackageName(inputs, context);
  const findings = { connection: findConnection(inputs, context), packageName };
  const problems = [
    ...versionProblems(inputs['package-version']),
    ...manifestProblems(inputs.manifest, context),
    ...namePatternProblems(inputs.files),
    ...filesProblems(inputs),
  ];
  return intentFrom(findings, problems, (values) => values);
}

/** Patterns are over the files of one version. */
function filesProblems(inputs: ListInputs): readonly Problem[] {
  const isGiven = inputs.files.length !== 1 || inputs.files[0] !== ALL_FILES;
  if (!isGiven || inputs['package-version'] !== undefined) return [];
  return [
    {
      input: 'files',
      problem:
        'picks files of one version, and `package-version` was not given. Give it, or omit `files` to see the versions',
    },
  ];
}

/** A name such as `latest` or `1.2` may be a version's; what none can be is a range. */
function versionProblems(version: string | undefined): readonly Problem[] {
  if (version === undefined || packageVersionProblem(version) === undefined) return [];
  return [
    {
      input: 'package-version',
      problem: `${quoted(version)} is not an exact version. Omit it to see the versions that are there`,
    },
  ];
}

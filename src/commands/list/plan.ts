/** What is to be listed, and every problem of it that can be seen without asking the network. */
import { packageVersionProblem } from '../../core/names/file-names.ts';
import type { Context } from '../../definitions/context.ts';
import type { Planned, Problem } from '../../definitions/command.ts';
import { planConnection, type Connection } from '../shared/connection.ts';
import { manifestProblems, patternProblems } from '../shared/names-check.ts';
import { findPackageName } from '../shared/package.ts';
import type { ListInputs } from './inputs.ts';

/** Whose versions, or whose version's files. */
export interface ListPlan {
  readonly connection: Connection;
  readonly packageName: string;
}

export function planList(inputs: ListInputs, context: Context): Planned<ListPlan> {
  const { connection, problems: connecting } = planConnection(inputs, context);
  const name = findPackageName(inputs, context);
  const problems = [
    ...connecting,
    ...('problem' in name ? [name.problem] : []),
    ...versionProblems(inputs['package-version']),
    ...manifestProblems(inputs.manifest, context),
    ...patternProblems(inputs.files, context),
  ];
  if (problems.length > 0 || connection === undefined || 'problem' in name) return { plan: undefined, problems };
  return { plan: { connection, packageName: name.value }, problems: [] };
}

/** A name such as `latest` or `1.2` may be a version's; what none can be is a range. */
function versionProblems(version: string | undefined): readonly Problem[] {
  if (version === undefined || packageVersionProblem(version) === undefined) return [];
  return [
    {
      input: 'package-version',
      problem: `\`${version}\`: \`list\` takes an exact version; leave it away to see those that are there`,
    },
  ];
}

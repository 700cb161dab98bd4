/** What of a CI/CD variable counts as a version, and why all else does not. No value is ever shown. */
import { Failure } from '../../core/errors.ts';
import { parseVersion, versionFault, type Version } from '../../core/versions/index.ts';
import type { Variable, VariableSearch } from '../../gitlab/api/variables.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput } from '../../definitions/naming.ts';
import type { VariableTarget } from './variable-access.ts';

/** A variable that may hold a version, and the version. */
export interface VersionVariable {
  readonly version: Version;
  readonly scope: string;
}

/** The command that reads, for what it advises. */
export interface VariableReader {
  readonly platform: Platform;
  /** What may be done with an empty variable besides setting it: `delete it to …`. */
  readonly whenEmpty: string;
  /** The job's own variable of that key is known to be no group's; for the command that makes variables. */
  readonly isReport?: (value: string) => boolean;
}

/**
 * The version that a variable holds; undefined when there is no such variable. Anything else that
 * stands in the way is an error of its own, for taking it for missing would count from the start
 * again. The value is in no message: it may be a secret.
 */
export function versionIn(
  search: VariableSearch,
  target: VariableTarget,
  reader: VariableReader,
): VersionVariable | undefined {
  if (search.kind === 'missing') {
    const { inJob } = target;
    if (inJob === undefined || reader.isReport?.(inJob) === true) return undefined;
    throw notOfOwner(target, reader);
  }
  if (search.kind === 'elsewhere') throw elsewhere(search.scopes, target, reader);
  const { variable } = search;
  const version = variable.value === undefined ? undefined : parseVersion(variable.value);
  const problem = unreadable(variable, version, reader);
  if (problem === undefined && version !== undefined) return { version, scope: variable.scope };
  throw new Failure('conflict', `${nameOf(target)} ${problem?.what ?? 'cannot be read'}`, {
    hint: problem?.remedy ?? 'Look at the variable in the settings.',
  });
}

/** `The CI/CD variable VERSION of project acme/widget`, for messages. */
export function nameOf({ key, owner }: VariableTarget): string {
  return `The CI/CD variable ${key} of ${owner.kind} ${owner.id}`;
}

/** No API lists what a job inherits; beginning anew would count the wrong variable. */
function notOfOwner({ key, owner }: VariableTarget, { platform }: VariableReader): Failure {
  const group = typedInput('group', platform);
  const whose = owner.kind === 'project' ? `a group (give \`${group}\`)` : 'another group or to the project,';
  return new Failure(
    'conflict',
    `${key} is not a variable of ${owner.kind} ${owner.id}, but this job has one of that name: it ` +
      `belongs to ${whose} or is set by the pipeline`,
    {
      hint:
        owner.kind === 'project'
          ? `Give \`${group}\` with the group that holds it. If it is no group's, name another variable here: ` +
            'one that a pipeline sets cannot be saved.'
          : `Give \`${group}\` with the group that holds it, or none if it is the project's. To make a new one ` +
            'in this group, take another name.',
    },
  );
}

interface Unreadable {
  readonly what: string;
  readonly remedy: string;
}

function unreadable(
  variable: Variable,
  version: Version | undefined,
  { whenEmpty }: VariableReader,
): Unreadable | undefined {
  if (variable.hidden) {
    return {
      what: 'is hidden: GitLab tells its value to nobody',
      remedy: 'Delete it and make it anew, visible: a version is no secret.',
    };
  }
  if (variable.masked) {
    return {
      what: 'is masked, as a secret is: it is neither shown nor changed',
      remedy: 'Set its visibility to visible: GitLab would blank the version out of every log.',
    };
  }
  if (variable.type !== 'env_var') {
    return { what: 'is of the type file', remedy: 'Change its type to variable.' };
  }
  if (variable.value === undefined) {
    return {
      what: 'was answered without a value',
      remedy: 'The token may not see it: give one with the role Maintainer (for a group: Owner).',
    };
  }
  if (variable.value === '') {
    return { what: 'is there but empty', remedy: `Set it to the last version, such as 1.2.3, or ${whenEmpty}.` };
  }
  if (version !== undefined) return undefined;
  const fault = versionFault(variable.value);
  return {
    what: `does not hold a semantic version${fault === undefined ? '' : `: ${fault}`}`,
    remedy: 'Set it to MAJOR.MINOR.PATCH, such as 1.2.3, without a leading v, blanks or a line break.',
  };
}

function elsewhere(scopes: readonly string[], target: VariableTarget, { platform }: VariableReader): Failure {
  const listed = scopes.map((scope) => `\`${scope}\``).join(', ');
  const input = typedInput('environment-scope', platform);
  return target.scope === undefined
    ? new Failure('conflict', `${nameOf(target)} exists in several environment scopes: ${listed}`, {
        hint: `Say which one is meant with ${input}.`,
      })
    : new Failure(
        'conflict',
        `${nameOf(target)} does not exist in the environment scope \`${target.scope}\`, but in ${listed}`,
        {
          hint: `Give that ${input}, or make the variable in the one you gave.`,
        },
      );
}

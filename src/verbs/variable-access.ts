/** Which CI/CD variable a verb means and with which token, and what of a variable counts as a version. */
import { Failure } from '../core/errors.ts';
import { parseVersion, type Version } from '../core/versions.ts';
import type { Credential } from '../gitlab/credentials.ts';
import type { Variable, VariableOwner, VariableSearch } from '../gitlab/variables.ts';
import type { Context } from '../spec/context.ts';
import type { Secret } from '../spec/inputs.ts';
import type { Problem } from '../spec/verb.ts';
import { catching, credentialFor, type Connection, type ConnectionInputs } from './connection.ts';

export interface VariableInputs {
  readonly 'variable-token': Secret;
  readonly group: string | undefined;
  readonly 'environment-scope': string | undefined;
}

export interface VariableTarget {
  readonly owner: VariableOwner;
  readonly key: string;
  readonly scope: string | undefined;
  readonly credential: Credential;
}

export type VariablePlan =
  | { readonly target: VariableTarget; readonly problems: readonly [] }
  | { readonly target: undefined; readonly problems: readonly Problem[] };

const LONGEST_KEY = 255;
const FITTING =
  'a personal, project or group access token with the scope `api` and the role Maintainer (for a group: Owner)';

/** `project` may be empty when a group is given. */
export function planVariable(
  key: string,
  inputs: VariableInputs & ConnectionInputs,
  connection: Connection,
  context: Context,
): VariablePlan {
  const problems: Problem[] = [];
  if (!/^[A-Za-z0-9_]+$/.test(key) || key.length > LONGEST_KEY) {
    problems.push({ input: 'variable', problem: `must be the key of a CI/CD variable: letters, digits and \`_\`, at most ${LONGEST_KEY}` });
  }
  const credential = catching(problems, 'variable-token', () => chooseCredential(inputs, connection, context));
  const problem = problems.some(({ input }) => input === 'variable-token') ? undefined : tokenProblem(credential);
  if (problem !== undefined) problems.push({ input: 'variable-token', problem });
  if (problems.length > 0 || credential === undefined) return { target: undefined, problems };
  const owner: VariableOwner =
    inputs.group === undefined ? { kind: 'project', id: connection.project } : { kind: 'group', id: inputs.group };
  return { target: { owner, key, scope: inputs['environment-scope'], credential }, problems: [] };
}

function chooseCredential(
  inputs: VariableInputs & ConnectionInputs,
  connection: Connection,
  context: Context,
): Credential | undefined {
  const token = inputs['variable-token'];
  if (token.kind === 'none') return undefined;
  if (token.kind === 'auto') return connection.credential;
  // An OAuth token goes as Bearer only, an access token either way.
  const type = inputs['token-type'] === 'bearer' ? 'bearer' : 'auto';
  return credentialFor({ token: token.value, type }, connection.api, context);
}

/** Seen before any request, for GitLab would answer a mere 401. */
function tokenProblem(credential: Credential | undefined): string | undefined {
  switch (credential?.kind) {
    case undefined:
      return `is required for CI/CD variables: ${FITTING}`;
    case 'job':
      return `is needed: a job token cannot reach CI/CD variables. Make ${FITTING}, keep it in a masked and protected CI/CD variable, and name that one here`;
    case 'deploy':
    case 'basic':
      return `must be ${FITTING}; a ${credential.kind === 'deploy' ? 'deploy token' : 'token sent by Basic authentication'} cannot reach CI/CD variables`;
    case 'private':
    case 'bearer':
      return undefined;
  }
}

/** A variable that may hold a version, and the version. */
export interface VersionVariable {
  readonly version: Version;
  readonly scope: string;
}

/**
 * The version that a variable holds; undefined when there is no such variable. Anything else that
 * stands in the way is an error of its own, for taking it for missing would count from the start
 * again. The value is in no message: it may be a secret.
 */
export function versionIn(search: VariableSearch, target: VariableTarget): VersionVariable | undefined {
  if (search.kind === 'missing') return undefined;
  if (search.kind === 'elsewhere') throw elsewhere(search.scopes, target);
  const { variable } = search;
  const version = variable.value === undefined ? undefined : parseVersion(variable.value);
  const problem = unreadable(variable, version);
  if (problem === undefined && version !== undefined) return { version, scope: variable.scope };
  throw new Failure('conflict', `${nameOf(target)} ${problem?.what ?? 'cannot be read'}`, {
    hint: problem?.remedy ?? 'Look at the variable in the settings.',
  });
}

/** `the CI/CD variable VERSION of acme/widget`, for messages. */
export function nameOf({ key, owner }: VariableTarget): string {
  return `The CI/CD variable ${key} of ${owner.kind} ${owner.id}`;
}

function unreadable(variable: Variable, version: Version | undefined): { what: string; remedy: string } | undefined {
  if (variable.hidden) {
    return { what: 'is hidden: GitLab tells its value to nobody', remedy: 'Delete it and make it anew, visible: a version is no secret.' };
  }
  if (variable.masked) {
    return { what: 'is masked, as a secret is: it is neither shown nor changed', remedy: 'Set its visibility to visible: GitLab would blank the version out of every log.' };
  }
  if (variable.type !== 'env_var') {
    return { what: 'is of the type file', remedy: 'Change its type to variable.' };
  }
  if (variable.value === undefined) {
    return { what: 'was answered without a value', remedy: 'The token may not see it: give one with the role Maintainer (for a group: Owner).' };
  }
  if (variable.value === '') {
    return { what: 'is there but empty', remedy: 'Set it to the version to count from, such as 1.2.3, or delete it to begin with initial-version.' };
  }
  if (version !== undefined) return undefined;
  return { what: 'holds no semantic version', remedy: 'Set it to MAJOR.MINOR.PATCH, such as 1.2.3, without a leading v, blanks or a line break.' };
}

function elsewhere(scopes: readonly string[], target: VariableTarget): Failure {
  const listed = scopes.map((scope) => `\`${scope}\``).join(', ');
  return target.scope === undefined
    ? new Failure('conflict', `${nameOf(target)} exists in several environment scopes: ${listed}`, {
        hint: 'Say which one is meant with environment-scope.',
      })
    : new Failure('conflict', `${nameOf(target)} does not exist in the environment scope \`${target.scope}\`, but in ${listed}`, {
        hint: 'Give that environment-scope, or make the variable in the one you gave.',
      });
}

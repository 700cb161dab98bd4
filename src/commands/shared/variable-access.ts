/** Which CI/CD variable a command means, and with which token. What it holds: variable-version.ts. */
import type { Credential } from '../../gitlab/credentials.ts';
import type { VariableOwner } from '../../gitlab/api/variables.ts';
import type { Context, Platform } from '../../definitions/context.ts';
import type { Secret } from '../../definitions/inputs.ts';
import { secretPlaces } from '../../definitions/naming.ts';
import type { Problem } from '../../definitions/command.ts';
import { catching, credentialFor, type Connection, type ConnectionInputs } from './connection.ts';
import type { Gathering } from './findings.ts';
import { isOwnProject } from './package.ts';

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
  /**
   * What the GitLab job around us, if it is one of this very project or group, holds under that key: were
   * the variable theirs, it would be this one. May be a secret.
   */
  readonly inJob: string | undefined;
}

const LONGEST_KEY = 255;
const FITTING =
  'a personal, project or group access token with the scope `api` and the role Maintainer (for a group: Owner)';

/** `project` may be empty when a group is given. */
export function findVariableTarget(
  key: string,
  inputs: VariableInputs & ConnectionInputs,
  connection: Connection,
  context: Context,
): Gathering<VariableTarget> {
  const problems: Problem[] = [];
  if (!/^[A-Za-z0-9_]+$/.test(key) || key.length > LONGEST_KEY) {
    problems.push({
      input: 'variable',
      problem: `must be the key of a CI/CD variable: letters, digits and \`_\`, at most ${LONGEST_KEY}`,
    });
  }
  const credential = catching(problems, 'variable-token', () => chooseCredential(inputs, connection, context));
  const problem = problems.some(({ input }) => input === 'variable-token')
    ? undefined
    : tokenProblem(credential, context.platform);
  if (problem !== undefined) problems.push({ input: 'variable-token', problem });
  if (problems.length > 0 || credential === undefined) return { problems };
  const owner: VariableOwner =
    inputs.group === undefined ? { kind: 'project', id: connection.project } : { kind: 'group', id: inputs.group };
  const inJob = isSeenByJob(owner, context) ? context.jobVariable?.(key) : undefined;
  return { value: { owner, key, scope: inputs['environment-scope'], credential, inJob } };
}

/**
 * True where the job has this owner's variables: its project, and the groups above that. An id does not tell which
 * group it is.
 */
function isSeenByJob({ kind, id }: VariableOwner, context: Context): boolean {
  if (kind === 'project') return isOwnProject(id, context);
  return context.job?.projectPath?.toLowerCase().startsWith(`${id.toLowerCase()}/`) === true;
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
function tokenProblem(credential: Credential | undefined, platform: Platform): string | undefined {
  switch (credential?.kind) {
    case undefined:
      return `is required for CI/CD variables: ${FITTING}${givenBy(platform)}`;
    case 'job':
      return (
        `is needed: a job token cannot reach CI/CD variables. Make ${FITTING}, keep it in a masked and ` +
        `protected CI/CD variable${platform === 'terminal' ? givenBy(platform) : ', and name that one here'}`
      );
    case 'deploy':
    case 'basic':
      return (
        `must be ${FITTING}; a ` +
        `${credential.kind === 'deploy' ? 'deploy token' : 'token sent by Basic authentication'} cannot ` +
        `reach CI/CD variables${givenBy(platform)}`
      );
    case 'private':
    case 'bearer':
      return undefined;
  }
}

/** The problem is told of `--variable-token`, which the terminal does not take. */
function givenBy(platform: Platform): string {
  return platform === 'terminal' ? `. Give it by ${secretPlaces('variable-token')}` : '';
}

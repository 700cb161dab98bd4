/** What is to be deleted, and every problem of it that can be seen without asking the network. */
import { packageVersionProblem } from '../../core/names/file-names.ts';
import { quoted } from '../../core/text.ts';
import { parseRequested } from '../../core/versions/index.ts';
import type { Context } from '../../definitions/context.ts';
import type { Prepared, Problem } from '../../definitions/command.ts';
import { findConnection, missingCredential, type Connection } from '../shared/connection.ts';
import { intentFrom, valueIn } from '../shared/findings.ts';
import { manifestProblems, namePatternProblems } from '../shared/names-check.ts';
import { findPackageName } from '../shared/package.ts';
import type { DeleteInputs } from './inputs.ts';

/** Which version. */
export interface DeleteIntent {
  readonly connection: Connection;
  readonly packageName: string;
  readonly version: string;
}

const TOKENS = 'a personal, project or group access token with the scope `api` and the role Maintainer';

export function prepareDelete(inputs: DeleteInputs, context: Context): Prepared<DeleteIntent> {
  const connection = findConnection(inputs, context);
  const findings = { connection, packageName: findPackageName(inputs, context) };
  const version = inputs['package-version'];
  const problems = [
    ...versionProblems(version),
    ...namePatternProblems(inputs.files),
    ...manifestProblems(inputs.manifest, context),
    ...(inputs.force && !inputs.yes ? [{ input: 'force', problem: 'has a meaning with `yes` only. Give both' }] : []),
    ...tokenProblems(inputs, valueIn(connection), context),
  ];
  return intentFrom(findings, problems, (values) => ({ ...values, version }));
}

/** What means one version today means another one tomorrow. A name that is a range too is taken for the name. */
function versionProblems(version: string): readonly Problem[] {
  if (version === '') return [];
  const asked = parseRequested(version);
  const isName = packageVersionProblem(version) === undefined;
  const isMoving = 'kind' in asked && ['latest', 'newest', 'from-pipeline'].includes(asked.kind);
  if (isName && !isMoving) return [];
  const problem = `${quoted(version)} is not an exact version. Give the version as \`list\` shows it`;
  return [{ input: 'package-version', problem }];
}

function tokenProblems(inputs: DeleteInputs, connection: Connection | undefined, context: Context): readonly Problem[] {
  if (connection === undefined) return [];
  const { credential } = connection;
  if (credential === undefined) return [missingCredential(inputs, context, TOKENS)];
  if (credential.kind !== 'deploy' && credential.kind !== 'basic') return [];
  const kind = credential.kind === 'deploy' ? 'a deploy token' : 'a token sent by Basic authentication';
  return [{ input: 'token', problem: `is ${kind}, which can neither list nor delete packages. Give ${TOKENS}` }];
}

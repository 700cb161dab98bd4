/** What is to be saved where, and every problem of it that can be seen without asking the network. */
import { parseListedVersion, parseVersion, type Version } from '../../core/versions/index.ts';
import type { Context } from '../../definitions/context.ts';
import type { Planned, Problem } from '../../definitions/command.ts';
import { planConnection, planServer, type Connection } from '../shared/connection.ts';
import { findVersion, type Found } from '../shared/package.ts';
import { planVariable, type VariableTarget } from '../shared/variable-access.ts';
import type { SaveVersionInputs } from './inputs.ts';

/** A version on its way to a variable. */
export interface SavePlan {
  readonly connection: Connection;
  readonly target: VariableTarget;
  readonly version: Version;
  /** Words for where the version came from. */
  readonly from: string;
}

/** Works out the plan from inputs and context. */
export async function planSaveVersion(inputs: SaveVersionInputs, context: Context): Promise<Planned<SavePlan>> {
  const { connection, problems: connecting } = place(inputs, context);
  const variable = connection === undefined ? undefined : planVariable(inputs.variable, inputs, connection, context);
  const version = await readVersion(inputs, context);
  const problems = [
    ...connecting,
    ...(variable?.problems ?? []),
    ...('problem' in version ? [version.problem] : []),
    ...expectedProblems(inputs),
  ];
  if (problems.length > 0 || connection === undefined || variable?.target === undefined || 'problem' in version) {
    return { plan: undefined, problems };
  }
  return { plan: { connection, target: variable.target, ...version.value }, problems: [] };
}

/** A group's variable needs no project. */
function place(
  inputs: SaveVersionInputs,
  context: Context,
): { connection: Connection | undefined; problems: readonly Problem[] } {
  if (inputs.group === undefined) return planConnection(inputs, context);
  const { server, problems } = planServer(inputs, context);
  return { connection: server && { ...server, project: '' }, problems };
}

async function readVersion(
  inputs: SaveVersionInputs,
  context: Context,
): Promise<Found<{ version: Version; from: string }>> {
  const found = await findVersion(inputs, context);
  if ('problem' in found) return found;
  const { version: text, from } = found.value;
  const version = parseVersion(text);
  if (version !== undefined) return { value: { version, from } };
  const problem = `\`${text}\` (${from}) is no semantic version such as \`1.2.3\`, and only those can be compared${withoutV(text)}`;
  return { problem: { input: 'package-version', problem } };
}

function expectedProblems({ expected }: SaveVersionInputs): readonly Problem[] {
  if (expected === undefined || expected === 'none' || parseVersion(expected) !== undefined) return [];
  return [{ input: 'expected', problem: 'must be `none` or a semantic version such as `1.2.3`' + withoutV(expected) }];
}

/** The slip that is made most often has its own remedy. */
function withoutV(text: string): string {
  const version = parseListedVersion(text);
  return version === undefined ? '' : `. Give it without the \`v\`: \`${version.text}\``;
}

/** What is to be saved where, and every problem of it that can be seen without asking the network. */
import { parseListedVersion, parseVersion, versionFault, type Version } from '../../core/versions/index.ts';
import { quoted } from '../../core/text.ts';
import type { Context } from '../../definitions/context.ts';
import type { Prepared, Problem } from '../../definitions/command.ts';
import { findConnection, findServer, type Connection } from '../shared/connection.ts';
import { intentFrom, type Finding, type Gathering } from '../shared/findings.ts';
import { findTaggedVersion } from '../shared/package.ts';
import { findVariableTarget, type VariableTarget } from '../shared/variable-access.ts';
import type { SaveVersionInputs } from './inputs.ts';

/** A version on its way to a variable. */
export interface SaveIntent {
  readonly connection: Connection;
  readonly target: VariableTarget;
  readonly version: Version;
  /** Words for where the version came from. */
  readonly from: string;
}

/** Prepares the intent from inputs and context. */
export async function prepareSaveVersion(inputs: SaveVersionInputs, context: Context): Promise<Prepared<SaveIntent>> {
  const place = findPlace(inputs, context);
  const findings = {
    connection: place,
    target: 'value' in place ? findVariableTarget(inputs.variable, inputs, place.value, context) : { problems: [] },
    version: await readVersion(inputs, context),
  };
  return intentFrom(findings, expectedProblems(inputs), ({ connection, target, version }) => ({
    connection,
    target,
    ...version,
  }));
}

/** A group's variable needs no project. */
function findPlace(inputs: SaveVersionInputs, context: Context): Gathering<Connection> {
  if (inputs.group === undefined) return findConnection(inputs, context);
  const server = findServer(inputs, context);
  return 'value' in server ? { value: { ...server.value, project: '' } } : server;
}

async function readVersion(
  inputs: SaveVersionInputs,
  context: Context,
): Promise<Finding<{ version: Version; from: string }>> {
  const found = await findTaggedVersion(inputs, context);
  if ('problem' in found) return found;
  const { version: text, from } = found.value;
  const version = parseVersion(text);
  if (version !== undefined) return { value: { version, from } };
  const problem =
    `${quoted(text)} (${from}) is not a semantic version such as \`1.2.3\`${reasonOf(text)}. Only those can be ` +
    `compared and counted up${withoutV(text)}`;
  return { problem: { input: 'package-version', problem } };
}

function expectedProblems({ expected }: SaveVersionInputs): readonly Problem[] {
  if (expected === undefined || expected === 'none' || parseVersion(expected) !== undefined) return [];
  return [
    {
      input: 'expected',
      problem: 'must be `none` or a semantic version such as `1.2.3`' + reasonOf(expected) + withoutV(expected),
    },
  ];
}

function reasonOf(text: string): string {
  const fault = versionFault(text);
  return fault === undefined ? '' : `: ${fault}`;
}

/** The slip that is made most often has its own remedy. */
function withoutV(text: string): string {
  const version = parseListedVersion(text);
  return version === undefined ? '' : `. Give it without the \`v\`: \`${version.text}\``;
}

/** What a publish is asked for, and every problem of it that can be seen without asking the network. */
import { resolve } from 'node:path';
import { quoted } from '../../core/text.ts';
import type { Context } from '../../definitions/context.ts';
import { parseRenames, type RenameRule } from '../../core/names/rename.ts';
import type { Prepared, Problem } from '../../definitions/command.ts';
import type { WantedPart } from '../../transfer/remote/parts.ts';
import { isRecordName, partManifestName } from '../../transfer/remote/records.ts';
import { findConnection, missingCredential, type Connection, type ConnectionFinding } from '../shared/connection.ts';
import { intentFrom, valueIn } from '../shared/findings.ts';
import { localPatternProblems, manifestProblems, plainNameProblems } from '../shared/names-check.ts';
import { findPackageName, findTaggedVersion, type NamedVersion } from '../shared/package.ts';
import type { PublishInputs } from './inputs.ts';
import { findParts } from './part-lines.ts';

/** Where the files go, and what has to be there already. */
export interface PublishIntent {
  readonly connection: Connection;
  readonly packageName: string;
  readonly version: NamedVersion;
  /** Of a run that completes a version; else none. */
  readonly parts: readonly WantedPart[];
  readonly local: LocalRequest;
}

/** Which files of this machine are meant, and what they are called in the package. */
export interface LocalRequest {
  /** Absolute path. */
  readonly directory: string;
  /** Lines. */
  readonly patterns: readonly string[];
  readonly renames: readonly RenameRule[];
}

/** Prepares the intent from inputs and context. */
export async function preparePublish(inputs: PublishInputs, context: Context): Promise<Prepared<PublishIntent>> {
  const connection = findConnection(inputs, context);
  const packageName = findPackageName(inputs, context);
  const version = await findTaggedVersion(inputs, context);
  const completing = {
    name: valueIn(packageName),
    version: valueIn(version)?.version,
    outputPrefix: inputs['output-prefix'],
  };
  const { parts, problems: lineProblems } = await findParts(inputs.parts, completing, context);
  const { rules: renames, problems: renameProblems } = parseRenames(inputs.rename);
  const local = { directory: resolve(context.cwd, inputs.directory ?? '.'), patterns: patternsOf(inputs), renames };
  const problems = [
    ...(isAnonymous(connection) && !inputs['dry-run'] ? [missingCredential(inputs, context)] : []),
    ...manifestProblems(inputs.manifest, context),
    ...recordProblems(inputs),
    ...partProblems(inputs),
    ...lineProblems,
    ...checksumsProblems(inputs, context),
    ...localPatternProblems('files', local.patterns, context, local.directory),
    ...localPatternProblems('executable', inputs.executable, context, local.directory),
    ...renameProblems.map((problem) => ({ input: 'rename', problem })),
  ];
  return intentFrom({ connection, packageName, version }, problems, (values) => ({ ...values, parts, local }));
}

/** A folder that is given means all that is in it. */
function patternsOf({ files, directory }: PublishInputs): readonly string[] {
  return files.length === 0 && directory !== undefined ? ['**'] : files;
}

function isAnonymous({ server }: ConnectionFinding): boolean {
  return server !== undefined && server.credential === undefined;
}

/** A part waits for the run that completes it; that one needs a manifest to be whole by. */
function partProblems(inputs: PublishInputs): readonly Problem[] {
  const { part, parts } = inputs;
  const problems: Problem[] = [];
  if (patternsOf(inputs).length === 0 && parts.length === 0) {
    const problem = 'is required and was not given. Give patterns, or a `directory` to publish all of it';
    problems.push({ input: 'files', problem });
  }
  if (part !== undefined && parts.length > 0)
    problems.push({
      input: 'part',
      problem: 'cannot be given together with `parts`: one run publishes a part, another completes the version',
    });
  if ((part !== undefined || parts.length > 0) && inputs.manifest === undefined) {
    problems.push({
      input: 'manifest',
      problem: 'cannot be `none` with `part` or `parts`: the manifest is what completes the version',
    });
  }
  return problems;
}

/** Records stand beside a version's files, and no download fetches them. */
function recordProblems(inputs: PublishInputs): readonly Problem[] {
  return (['manifest', 'checksums'] as const)
    .filter((input) => isRecordName(inputs[input] ?? ''))
    .map((input) => ({
      input,
      problem: `${quoted(inputs[input] ?? '')} is a name that this program keeps for its own files: give another one`,
    }));
}

function checksumsProblems({ checksums, manifest, part }: PublishInputs, context: Context): readonly Problem[] {
  if (checksums === undefined) return [];
  const input = 'checksums';
  if (part !== undefined)
    return [{ input, problem: 'cannot be given with `part`: give it to the run that completes the parts' }];
  if (checksums === manifest)
    return [{ input, problem: `\`${checksums}\` is the name of the manifest. Give another name` }];
  return plainNameProblems(input, checksums, context);
}

/** The manifest that a run ends with: the version's, or its part's; empty without one. */
export function sealName(inputs: Pick<PublishInputs, 'manifest' | 'part'>): string {
  return inputs.part === undefined ? (inputs.manifest ?? '') : partManifestName(inputs.part);
}

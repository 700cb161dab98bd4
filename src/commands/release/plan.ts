/** What is to be released, and every problem of it that can be seen without asking GitLab. */
import type { Context } from '../../definitions/context.ts';
import type { Planned, Problem } from '../../definitions/command.ts';
import { missingCredential, planConnection, type Connection } from '../shared/connection.ts';
import { manifestProblems, patternProblems } from '../shared/names-check.ts';
import { findPackageName, findVersion, type NamedVersion } from '../shared/package.ts';
import type { ReleaseInputs } from './inputs.ts';
import { findNotes, notesInput } from './notes.ts';
import { secretProblems } from './secrets.ts';
import { chooseRef, chooseTag, foreignTag, ownTag } from './tag.ts';

/** A release on its way. */
export interface ReleasePlan {
  readonly connection: Connection;
  readonly packageName: string;
  readonly version: NamedVersion;
  readonly tag: string;
  /** Undefined: the tag has to be there. */
  readonly ref: string | undefined;
  /** Undefined: the tag for a new one, else what it has. */
  readonly name: string | undefined;
  /** Undefined: none for a new one, else what it has. */
  readonly notes: string | undefined;
  readonly milestones: readonly string[];
}

const FITTING = 'a personal, project or group access token with the scope `api` and the role Developer';

/** Works out the plan from inputs and context. */
export async function planRelease(inputs: ReleaseInputs, context: Context): Promise<Planned<ReleasePlan>> {
  const { connection, server, problems: connecting } = planConnection(inputs, context);
  const packageName = findPackageName(inputs, context);
  const version = await findReleased(inputs, context);
  const tag = 'problem' in version ? undefined : chooseTag(inputs, version.value.version, context);
  const notes = await findNotes(inputs, context);
  const problems = [
    ...connecting,
    ...(server === undefined ? [] : tokenProblems(server, inputs, context)),
    ...secretProblems(
      { name: inputs.name, ...('value' in notes ? { [notesInput(inputs)]: notes.value } : {}) },
      connection,
      context,
    ),
    ...[packageName, version, tag, notes].flatMap((found) =>
      found !== undefined && 'problem' in found ? [found.problem] : [],
    ),
    ...manifestProblems(inputs.manifest, context),
    ...patternProblems(inputs.files, context),
  ];
  const isWhole = connection !== undefined && 'value' in packageName && 'value' in version && 'value' in notes;
  if (problems.length > 0 || !isWhole || tag === undefined || 'problem' in tag) return { plan: undefined, problems };
  const { name } = inputs;
  const milestones = [...new Set(inputs.milestones)];
  const ref = chooseRef(inputs, context);
  return {
    plan: {
      connection,
      packageName: packageName.value,
      version: version.value,
      tag: tag.value,
      ref,
      name,
      notes: notes.value,
      milestones,
    },
    problems: [],
  };
}

/** A tag that is given names the version as the run's own would; in a run for another component's there is none. */
function findReleased(inputs: ReleaseInputs, context: Context): ReturnType<typeof findVersion> {
  const foreign = foreignTag(inputs, context);
  if (foreign !== undefined) return Promise.resolve({ problem: foreign });
  const tag = ownTag(inputs, context);
  return findVersion(inputs, { ...context, ref: tag === undefined ? {} : { tag } });
}

/** Seen before any request, for GitLab would answer a mere 401. */
function tokenProblems(
  { credential }: Pick<Connection, 'credential'>,
  inputs: ReleaseInputs,
  context: Context,
): readonly Problem[] {
  switch (credential?.kind) {
    case undefined:
      return [missingCredential(inputs, context, FITTING)];
    case 'deploy':
    case 'basic': {
      const what = credential.kind === 'deploy' ? 'a deploy token' : 'a token sent by Basic authentication';
      return [
        {
          input: credential.kind === 'deploy' ? 'token' : 'token-type',
          problem: `does not fit: ${what} cannot reach releases. Give ${FITTING}, or a job token`,
        },
      ];
    }
    case 'job':
    case 'private':
    case 'bearer':
      return [];
  }
}

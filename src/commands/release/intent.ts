/** What is to be released, and every problem of it that can be seen without asking GitLab. */
import type { Context } from '../../definitions/context.ts';
import type { Prepared, Problem } from '../../definitions/command.ts';
import { projectPath } from '../../gitlab/address.ts';
import {
  catching,
  findConnection,
  missingCredential,
  type Connection,
  type ConnectionFinding,
  type Server,
} from '../shared/connection.ts';
import { intentFrom, valueIn, type Gathering } from '../shared/findings.ts';
import { manifestProblems, namePatternProblems } from '../shared/names-check.ts';
import { findPackageName, findNamedVersion, type NamedVersion } from '../shared/package.ts';
import type { ReleaseInputs } from './inputs.ts';
import { findNotes, notesInput } from './notes.ts';
import { secretProblems } from './secrets.ts';
import type { TagOrigin } from './decide-ref.ts';
import { chooseOrigin, chooseTag, foreignTag, ownTag } from './tag.ts';

/** A release on its way. */
export interface ReleaseIntent {
  readonly connection: Connection;
  readonly packageName: string;
  readonly version: NamedVersion;
  readonly tag: string;
  /** What a missing tag may be made from. */
  readonly origin: TagOrigin;
  /** The project of the package; that of the connection has the release. */
  readonly packageProject: string;
  /** Undefined: the tag for a new one, else what it has. */
  readonly name: string | undefined;
  /** Undefined: none for a new one, else what it has. */
  readonly notes: string | undefined;
  readonly milestones: readonly string[];
}

const FITTING = 'a personal, project or group access token with the scope `api` and the role Developer';

/** Prepares the intent from inputs and context. */
export async function prepareRelease(inputs: ReleaseInputs, context: Context): Promise<Prepared<ReleaseIntent>> {
  const connection = findConnection(inputs, context);
  const version = await findReleased(inputs, context);
  const findings = {
    connection,
    packageProject: findPackageProject(inputs, connection),
    packageName: findPackageName({ ...inputs, project: inputs['package-project'] ?? inputs.project }, context),
    version,
    tag: 'value' in version ? chooseTag(inputs, version.value.version, context) : { problems: [] },
    notes: await findNotes(inputs, valueIn(version)?.version, context),
  };
  const texts = { name: inputs.name, [notesInput(inputs)]: valueIn(findings.notes) };
  const problems = [
    ...(connection.server === undefined ? [] : tokenProblems(connection.server, inputs, context)),
    ...secretProblems(texts, valueIn(connection), context),
    ...manifestProblems(inputs.manifest, context),
    ...namePatternProblems(inputs.files),
  ];
  return intentFrom(findings, problems, (values) => ({
    ...values,
    origin: chooseOrigin(inputs, context),
    name: inputs.name,
    milestones: [...new Set(inputs.milestones)],
  }));
}

/** Where the files are; the same project as the release's unless another one is given. */
function findPackageProject(
  { 'package-project': given }: ReleaseInputs,
  connection: ConnectionFinding,
): Gathering<string> {
  if (given === undefined) return { value: valueIn(connection)?.project ?? '' };
  const problems: Problem[] = [];
  // The rule speaks of `project`, which is what it is.
  catching(problems, 'project', () => projectPath(given));
  if (problems.length === 0) return { value: given };
  return { problems: problems.map(({ problem }) => ({ input: 'package-project', problem })) };
}

/** A tag that is given names the version as the run's own would; in a run for another component's there is none. */
function findReleased(inputs: ReleaseInputs, context: Context): ReturnType<typeof findNamedVersion> {
  const foreign = foreignTag(inputs, context);
  if (foreign !== undefined) return Promise.resolve({ problem: foreign });
  const tag = ownTag(inputs, context);
  return findNamedVersion(inputs, { ...context, ref: tag === undefined ? {} : { tag } });
}

/** Seen before any request, for GitLab would answer a mere 401. */
function tokenProblems({ credential }: Server, inputs: ReleaseInputs, context: Context): readonly Problem[] {
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

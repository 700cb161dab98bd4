/** What a version is asked for, and every problem of it that can be seen without asking the network. */
import {
  choosePrerelease,
  chooseSource,
  incrementFor,
  isStable,
  parseVersion,
  type NamingRequest,
  type Source,
  type Version,
} from '../../core/versions/index.ts';
import type { Context } from '../../definitions/context.ts';
import type { Planned, Problem } from '../../definitions/command.ts';
import { missingCredential, planConnection, type Connection } from '../shared/connection.ts';
import { findPackageName } from '../shared/package.ts';
import { planVariable, type VariableTarget } from '../shared/variable-access.ts';
import type { VersionInputs } from './inputs.ts';

/** Where to count from, and all that is known of the version before anything is asked. */
export interface VersionPlan {
  readonly connection: Connection;
  readonly packageName: string;
  readonly prefix: string;
  readonly naming: NamingRequest;
  /** With `source: tag`. */
  readonly tag?: { readonly name: string; readonly version: Version };
  /** With `source: variable`. */
  readonly variable?: VariableTarget;
  readonly claim: boolean;
  /** The pipeline's or run's name in claims; absent outside of both. */
  readonly owner: string | undefined;
}

const SHORT_SHA = 8;

/** Works out the plan from inputs and context. */
export function planVersion(inputs: VersionInputs, context: Context): Planned<VersionPlan> {
  const { connection, server, problems: connecting } = planConnection(inputs, context);
  const name = findPackageName(inputs, context);
  const naming = readNaming(inputs, context);
  const source = 'problems' in naming ? undefined : naming.request.source;
  const variable =
    source === 'variable' && connection !== undefined
      ? planVariable(inputs.variable ?? '', inputs, connection, context)
      : undefined;
  const problems = [
    ...connecting,
    ...('problem' in name ? [name.problem] : []),
    ...('problems' in naming ? naming.problems : []),
    ...(variable?.problems ?? []),
    ...claimProblems(inputs, context, server),
    ...('problems' in naming ? [] : listingProblems(naming, server)),
  ];
  if (problems.length > 0 || connection === undefined || 'problem' in name || 'problems' in naming) {
    return { plan: undefined, problems };
  }
  const plan: VersionPlan = {
    connection,
    packageName: name.value,
    prefix: inputs['tag-prefix'] ?? '',
    naming: naming.request,
    ...(naming.tag === undefined ? {} : { tag: naming.tag }),
    ...(variable?.target === undefined ? {} : { variable: variable.target }),
    claim: inputs.claim,
    owner: context.build?.owner,
  };
  return { plan, problems: [] };
}

interface Naming {
  readonly request: NamingRequest;
  readonly tag?: { readonly name: string; readonly version: Version };
}

/** The table's answers for this run, and the inputs that go with them. */
function readNaming(
  inputs: VersionInputs,
  { ref, build }: Context,
): Naming | { readonly problems: readonly Problem[] } {
  const source = chooseSource(inputs.source, { variable: inputs.variable, prefix: inputs['tag-prefix'] ?? '' }, ref);
  const channel = choosePrerelease(inputs.prerelease, ref);
  const initial = inputs['initial-version'] === undefined ? undefined : parseVersion(inputs['initial-version']);
  const problems = [
    ...('problem' in source ? [source] : []),
    ...('problem' in channel ? [channel] : []),
    ...(initial === undefined && inputs['initial-version'] !== undefined
      ? [{ input: 'initial-version', problem: 'must be a semantic version such as `0.1.0`, without a leading `v`' }]
      : []),
    ...(inputs.build && ref.commit === undefined
      ? [{ input: 'build', problem: 'needs the commit of a pipeline or workflow run, and there is none here' }]
      : []),
    ...(inputs.increment === 'pipeline' && build?.number === undefined
      ? [
          {
            input: 'increment',
            problem: '`pipeline` needs the number of a pipeline or workflow run, and there is none here',
          },
        ]
      : []),
  ];
  if (problems.length > 0 || 'problem' in source || 'problem' in channel) return { problems };
  const request: NamingRequest = {
    source: source.source,
    increment: inputs.increment,
    identifier: channel.identifier,
    number: build?.number,
    build: inputs.build ? ref.commit?.slice(0, SHORT_SHA) : undefined,
    initial,
  };
  return source.source === 'tag' ? { request, tag: { name: source.tag, version: source.version } } : { request };
}

function claimProblems(
  inputs: VersionInputs,
  context: Context,
  server: Pick<Connection, 'credential'> | undefined,
): readonly Problem[] {
  if (!inputs.claim) return [];
  const isAnonymous = server !== undefined && server.credential === undefined;
  return [
    ...(context.build?.owner === undefined
      ? [{ input: 'claim', problem: 'needs a pipeline or a workflow run to claim for, and this is neither' }]
      : []),
    ...(isAnonymous ? [missingCredential(inputs, context)] : []),
  ];
}

/** A deploy token opens files by their names alone: what is published cannot be seen with it. */
function listingProblems(naming: Naming, server: Pick<Connection, 'credential'> | undefined): readonly Problem[] {
  const kind = server?.credential?.kind;
  if ((kind !== 'deploy' && kind !== 'basic') || !needsLists(naming)) return [];
  const what = kind === 'deploy' ? 'A deploy token' : 'Basic authentication';
  const problem = `cannot be used here: ${what} may not list versions or tags. Use a job token, or an access token with \`read_api\``;
  return [{ input: 'token', problem }];
}

/** Prereleases are named without looking at what there is. */
function needsLists({ request, tag }: Naming): boolean {
  const source: Source = request.source;
  if (source === 'packages' || source === 'tags') return true;
  if (request.identifier !== undefined) return false;
  return tag === undefined || incrementFor(request) !== 'none' || isStable(tag.version);
}

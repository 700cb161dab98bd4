/** What a version is asked for, and every problem of it that can be seen without asking the network. */
import {
  chooseLine,
  choosePrerelease,
  chooseSource,
  describeLine,
  firstOfLine,
  incrementFor,
  isInLine,
  isStable,
  parseVersion,
  versionFault,
  versionFromTag,
  type NamingRequest,
  type Source,
  type Version,
  type VersionLine,
} from '../../core/versions/index.ts';
import { quoted } from '../../core/text.ts';
import type { Context } from '../../definitions/context.ts';
import type { Prepared, Problem } from '../../definitions/command.ts';
import { findConnection, missingCredential, type Connection, type ConnectionFinding } from '../shared/connection.ts';
import { intentFrom, type Gathering } from '../shared/findings.ts';
import { findPackageName } from '../shared/package.ts';
import { findVariableTarget, type VariableTarget } from '../shared/variable-access.ts';
import type { VersionInputs } from './inputs.ts';

/** A tag, and the version that it names. */
interface TaggedVersion {
  readonly name: string;
  readonly version: Version;
}

/** What the version is based on, and all that is known of the version before anything is asked. */
export interface VersionIntent {
  readonly connection: Connection;
  readonly packageName: string;
  readonly prefix: string;
  readonly naming: NamingRequest;
  /** With `source: tag`. */
  readonly tag: TaggedVersion | undefined;
  /** With `source: variable`. */
  readonly variable: VariableTarget | undefined;
  /** What the version has to stay in; undefined: it may be any. */
  readonly line: VersionLine | undefined;
  /** The user has said which line it is, or that it is none, or the branch's name says it. */
  readonly isLineChosen: boolean;
  readonly claim: boolean;
  /** The pipeline's or run's name in claims; absent outside of both. */
  readonly owner: string | undefined;
}

const SHORT_SHA = 8;

/** Prepares the intent from inputs and context. */
export function prepareVersion(inputs: VersionInputs, context: Context): Prepared<VersionIntent> {
  const connection = findConnection(inputs, context);
  const naming = readNaming(inputs, context);
  const findings = {
    connection,
    packageName: findPackageName(inputs, context),
    naming,
    variable: 'value' in naming ? findVariable(naming.value, inputs, connection, context) : { value: undefined },
  };
  const problems = [
    ...claimProblems(inputs, context, connection),
    ...('value' in naming ? listingProblems(naming.value, connection) : []),
  ];
  return intentFrom(findings, problems, (values) => ({
    connection: values.connection,
    packageName: values.packageName,
    prefix: inputs['tag-prefix'] ?? '',
    naming: values.naming.request,
    tag: values.naming.tag,
    variable: values.variable,
    line: values.naming.line,
    isLineChosen: inputs.within !== undefined || values.naming.line !== undefined,
    claim: inputs.claim,
    owner: context.build?.owner,
  }));
}

/** Undefined where the version is not based on a variable. */
function findVariable(
  { request }: Naming,
  inputs: VersionInputs,
  connection: ConnectionFinding,
  context: Context,
): Gathering<VariableTarget | undefined> {
  if (request.source !== 'variable' || !('value' in connection)) return { value: undefined };
  return findVariableTarget(inputs.variable ?? '', inputs, connection.value, context);
}

interface Naming {
  readonly request: NamingRequest;
  /** With `source: tag`. */
  readonly tag: TaggedVersion | undefined;
  readonly line: VersionLine | undefined;
}

/** The table's answers for this run, and the inputs that go with them. */
function readNaming(inputs: VersionInputs, context: Context): Gathering<Naming> {
  const { ref, build } = context;
  const prefix = inputs['tag-prefix'] ?? '';
  // A tag that is given is what the run is for, whatever its event says.
  const occasion = inputs.tag === undefined ? ref : { tag: inputs.tag };
  const source = chooseSource(inputs.source, { variable: inputs.variable, prefix }, occasion);
  const channel = choosePrerelease(inputs.prerelease, occasion);
  const chosen = chooseLine(inputs.within, occasion);
  const line = 'line' in chosen ? chosen.line : undefined;
  const initial = inputs['initial-version'] === undefined ? undefined : parseVersion(inputs['initial-version']);
  const tagProblems = givenTagProblems(inputs.tag, prefix);
  const problems = [
    ...tagProblems,
    // One cause, one complaint: such a tag has no source either.
    ...[...(tagProblems.length > 0 ? [] : [source]), channel, chosen].filter((answer) => 'problem' in answer),
    ...initialProblems(inputs, initial, line),
    ...runProblems(inputs, context),
  ];
  if (problems.length > 0 || 'problem' in source || 'problem' in channel) return { problems };
  const request: NamingRequest = {
    source: source.source,
    increment: inputs.increment,
    identifier: channel.identifier,
    number: build?.number,
    build: inputs.build ? ref.commit?.slice(0, SHORT_SHA) : undefined,
    initial: initial ?? (line === undefined ? undefined : firstOfLine(line)),
  };
  const tag = source.source === 'tag' ? { name: source.tag, version: source.version } : undefined;
  return { value: { request, tag, line } };
}

/** Versions are counted up, so that a tag that is given has to be a semantic one. */
function givenTagProblems(tag: string | undefined, prefix: string): readonly Problem[] {
  const read = tag === undefined ? undefined : versionFromTag(tag, prefix);
  return read !== undefined && 'problem' in read ? [{ input: 'tag', problem: `does not fit: ${read.problem}` }] : [];
}

function initialProblems(
  { 'initial-version': given }: VersionInputs,
  initial: Version | undefined,
  line: VersionLine | undefined,
): readonly Problem[] {
  const [input, form] = ['initial-version', 'must be a semantic version such as `0.1.0`'];
  if (given === undefined) return [];
  if (initial === undefined) {
    const fault = versionFault(given);
    return [{ input, problem: `${form}, not ${quoted(given)}${fault === undefined ? '' : `: ${fault}`}` }];
  }
  if (line === undefined || isInLine(initial, line)) return [];
  return [{ input, problem: `is ${quoted(given)}, but ${describeLine(line, 'within')}. Give one of that range` }];
}

/** What only a pipeline or workflow run has. */
function runProblems(inputs: VersionInputs, { ref, build }: Context): readonly Problem[] {
  const problems: Problem[] = [];
  if (inputs.build && ref.commit === undefined)
    problems.push({ input: 'build', problem: 'needs the commit of a pipeline or workflow run, but this is neither' });
  if (inputs.increment === 'pipeline' && build?.number === undefined) {
    const problem = '`pipeline` needs the number of a pipeline or workflow run, but this is neither';
    problems.push({ input: 'increment', problem });
  }
  return problems;
}

function claimProblems(inputs: VersionInputs, context: Context, { server }: ConnectionFinding): readonly Problem[] {
  if (!inputs.claim) return [];
  const isAnonymous = server !== undefined && server.credential === undefined;
  return [
    ...(context.build?.owner === undefined
      ? [
          {
            input: 'claim',
            problem: 'needs a pipeline or workflow run that the number is reserved for, but this is neither',
          },
        ]
      : []),
    ...(isAnonymous ? [missingCredential(inputs, context)] : []),
  ];
}

/** A deploy token opens files by their names alone: what is published cannot be seen with it. */
function listingProblems(naming: Naming, { server }: ConnectionFinding): readonly Problem[] {
  const kind = server?.credential?.kind;
  if ((kind !== 'deploy' && kind !== 'basic') || !needsLists(naming)) return [];
  const what = kind === 'deploy' ? 'a deploy token' : 'Basic authentication';
  const problem =
    `cannot be used here: ${what} may not list versions or tags. Use a job token, or an access token ` +
    'with `read_api`';
  return [{ input: 'token', problem }];
}

/** Prereleases are named without looking at what there is. */
function needsLists({ request, tag }: Naming): boolean {
  const source: Source = request.source;
  if (source === 'packages' || source === 'tags') return true;
  if (request.identifier !== undefined) return false;
  return tag === undefined || incrementFor(request) !== 'none' || isStable(tag.version);
}

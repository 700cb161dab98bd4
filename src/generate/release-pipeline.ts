/**
 * `release-pipeline` as a record: which commands run in which order, which inputs come from the user, and
 * which the pipeline sets. Rendering it is pipeline-template.ts; what a command does is its own affair.
 */

/** An input of the pipeline that is one of a command's, with its words and default. */
export interface PassedUp {
  readonly input: string;
  /** The command whose definition it is taken from. */
  readonly command: string;
  /** Another default than the command's; `required`: none. */
  readonly preset?: boolean | 'required';
  readonly regex?: string;
}

/** What a job takes from another one, which has to be done before. */
interface Need {
  readonly job: string;
  readonly artifacts: boolean;
  /** A rule may leave that job out; GitLab makes no pipeline with a need for a job that is not in it. */
  readonly optional?: true;
}

export interface PipelineJob {
  /** Stands after `job-prefix`. */
  readonly name: string;
  /** Absent: the user's own script in the user's own image. */
  readonly command?: string;
  /** The input that names its stage. */
  readonly stage: 'stage-version' | 'stage';
  /** Inputs of the pipeline that the command has under the same name. */
  readonly takes: readonly string[];
  /** Inputs of the command that are the same in every such pipeline. */
  readonly sets: Readonly<Record<string, string>>;
  /** Absent: it waits for every earlier stage, and takes the artifacts of all of them. */
  readonly needs?: readonly Need[];
  /** A folder that it passes on besides the values of our jobs. */
  readonly folder?: string;
  /** Left out when this holds, in the language of `rules:if`. */
  readonly unless?: string;
}

/** The version hidden until it was tested: GitLab shows no part of it in lists. */
const CANDIDATE = 'candidate';
/** What earlier jobs of this pipeline passed on, for this package. */
const FROM_PIPELINE = 'from-pipeline';
/** Where the test finds the files. */
export const CANDIDATE_FOLDER = 'generic-packages';

const VERSION: Need = { job: 'version', artifacts: true };
/**
 * The version as it was when it became visible: one that `-version` worked out in a later retry was never
 * tested, where no claim keeps the number.
 */
const PROMOTED: Need = { job: 'promote', artifacts: true };

export const PASSED_UP: readonly PassedUp[] = [
  // It stands in a rule, between quotation marks.
  { input: 'variable', command: 'version', regex: '^[A-Za-z0-9_]*$' },
  { input: 'variable-token', command: 'version' },
  { input: 'group', command: 'version' },
  { input: 'environment-scope', command: 'version' },
  { input: 'increment', command: 'version' },
  { input: 'initial-version', command: 'version' },
  { input: 'tag-prefix', command: 'version' },
  { input: 'claim', command: 'version', preset: true },
  { input: 'package-name', command: 'publish' },
  { input: 'files', command: 'publish', preset: 'required' },
  { input: 'directory', command: 'publish' },
  { input: 'checksums', command: 'publish' },
  { input: 'output-prefix', command: 'version' },
];

export const JOBS: readonly PipelineJob[] = [
  {
    name: 'version',
    command: 'version',
    stage: 'stage-version',
    takes: [
      'variable',
      'variable-token',
      'group',
      'environment-scope',
      'increment',
      'initial-version',
      'tag-prefix',
      'claim',
      'package-name',
      'output-prefix',
    ],
    sets: {},
  },
  {
    name: 'publish',
    command: 'publish',
    stage: 'stage',
    takes: ['package-name', 'files', 'directory', 'output-prefix'],
    // It takes the artifacts of every version job there is: another package's version is none for this one.
    sets: { 'package-version': FROM_PIPELINE, part: CANDIDATE },
  },
  {
    name: 'download',
    command: 'download',
    stage: 'stage',
    takes: ['package-name', 'output-prefix'],
    sets: {
      'package-version': FROM_PIPELINE,
      part: CANDIDATE,
      'expected-digest': FROM_PIPELINE,
      directory: CANDIDATE_FOLDER,
    },
    needs: [{ job: 'publish', artifacts: true }, VERSION],
    folder: CANDIDATE_FOLDER,
  },
  {
    name: 'test',
    stage: 'stage',
    takes: [],
    sets: {},
    needs: [{ job: 'download', artifacts: true }, VERSION],
  },
  {
    name: 'promote',
    command: 'publish',
    stage: 'stage',
    takes: ['package-name', 'checksums', 'output-prefix'],
    // GitLab runs no later job again when one is retried: without the digest, a candidate that was published
    // again after the test would become visible untested.
    sets: { 'package-version': FROM_PIPELINE, parts: `${CANDIDATE}@${FROM_PIPELINE}` },
    // What the user's test leaves behind must not reach a job that has a token's trust. The digest comes from
    // the download: its artifacts were made before the test began, so the test cannot have touched them.
    needs: [{ job: 'test', artifacts: false }, { job: 'download', artifacts: true }, VERSION],
  },
  {
    name: 'save-version',
    command: 'save-version',
    stage: 'stage',
    takes: ['variable', 'variable-token', 'group', 'environment-scope', 'output-prefix'],
    sets: { 'if-lower': 'keep' },
    needs: [PROMOTED],
    unless: '"$[[ inputs.variable ]]" == ""',
  },
  {
    name: 'release',
    command: 'release',
    stage: 'stage',
    takes: ['tag-prefix', 'package-name', 'output-prefix'],
    sets: { 'package-version': FROM_PIPELINE },
    // A version is announced when everything else is done. Without a variable nothing is left to wait for after
    // the promotion.
    needs: [{ job: 'save-version', artifacts: false, optional: true }, PROMOTED],
    unless: '"$[[ inputs.release ]]" != "true"',
  },
];

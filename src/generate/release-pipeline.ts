/**
 * `release-pipeline` as a record: which verbs run in which order, what the user says to them, and what
 * the pipeline settles. Rendering it is pipeline-template.ts; what a verb does is its own affair.
 */

/** An input of the pipeline that is one of a verb's, with its words and default. */
export interface PassedUp {
  readonly input: string;
  /** The verb that it is told by. */
  readonly verb: string;
  /** Another default than the verb's; `required`: none. */
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
  readonly verb?: string;
  /** The input that names its stage. */
  readonly stage: 'stage-version' | 'stage';
  /** Inputs of the pipeline that the verb has under the same name. */
  readonly takes: readonly string[];
  /** Inputs of the verb that are the same in every such pipeline. */
  readonly sets: Readonly<Record<string, string>>;
  /** Absent: it waits for every earlier stage, and takes the artifacts of all of them. */
  readonly needs?: readonly Need[];
  /** A folder that it hands on besides what our jobs tell each other. */
  readonly folder?: string;
  /** Left out when this holds, in the language of `rules:if`. */
  readonly unless?: string;
}

/** The version hidden until it was tested: GitLab shows no part of it in lists. */
const CANDIDATE = 'candidate';
/** What earlier jobs of this pipeline told, for this package. */
const HANDED_DOWN = 'handed-down';
/** Where the test finds the files. */
export const CANDIDATE_FOLDER = 'generic-packages';

const VERSION: Need = { job: 'version', artifacts: true };
/**
 * The version as it was when it became visible: one that `-version` worked out in a retry since then was never tested,
 * where no claim keeps the number.
 */
const PROMOTED: Need = { job: 'promote', artifacts: true };

export const PASSED_UP: readonly PassedUp[] = [
  // It stands in a rule, between quotation marks.
  { input: 'variable', verb: 'version', regex: '^[A-Za-z0-9_]*$' },
  { input: 'variable-token', verb: 'version' },
  { input: 'group', verb: 'version' },
  { input: 'environment-scope', verb: 'version' },
  { input: 'increment', verb: 'version' },
  { input: 'initial-version', verb: 'version' },
  { input: 'tag-prefix', verb: 'version' },
  { input: 'claim', verb: 'version', preset: true },
  { input: 'package-name', verb: 'publish' },
  { input: 'files', verb: 'publish', preset: 'required' },
  { input: 'directory', verb: 'publish' },
  { input: 'checksums', verb: 'publish' },
  { input: 'output-prefix', verb: 'version' },
];

export const JOBS: readonly PipelineJob[] = [
  {
    name: 'version',
    verb: 'version',
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
    verb: 'publish',
    stage: 'stage',
    takes: ['package-name', 'files', 'directory', 'output-prefix'],
    // It takes the artifacts of every version job there is: another package's version is none for this one.
    sets: { 'package-version': HANDED_DOWN, part: CANDIDATE },
  },
  {
    name: 'download',
    verb: 'download',
    stage: 'stage',
    takes: ['package-name', 'output-prefix'],
    sets: {
      'package-version': HANDED_DOWN,
      part: CANDIDATE,
      'expected-digest': HANDED_DOWN,
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
    verb: 'publish',
    stage: 'stage',
    takes: ['package-name', 'checksums', 'output-prefix'],
    // GitLab runs no later job again when one is retried: without the digest, a candidate that was published anew after the
    // test would become visible untested.
    sets: { 'package-version': HANDED_DOWN, parts: `${CANDIDATE}@${HANDED_DOWN}` },
    // What the user's test leaves behind must not reach a job that has a token's trust. The digest comes from the download:
    // its artifacts were made before the test began, so the test cannot have touched them.
    needs: [{ job: 'test', artifacts: false }, { job: 'download', artifacts: true }, VERSION],
  },
  {
    name: 'save-version',
    verb: 'save-version',
    stage: 'stage',
    takes: ['variable', 'variable-token', 'group', 'environment-scope', 'output-prefix'],
    sets: { 'if-lower': 'keep' },
    needs: [PROMOTED],
    unless: '"$[[ inputs.variable ]]" == ""',
  },
  {
    name: 'release',
    verb: 'release',
    stage: 'stage',
    takes: ['tag-prefix', 'package-name', 'output-prefix'],
    sets: { 'package-version': HANDED_DOWN },
    // A version is announced when everything else is done. Without a variable there is nothing to wait for after the promotion.
    needs: [{ job: 'save-version', artifacts: false, optional: true }, PROMOTED],
    unless: '"$[[ inputs.release ]]" != "true"',
  },
];

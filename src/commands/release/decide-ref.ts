/** What a missing tag is made from, by what GitLab has of the code, and how long a mirror is waited for. Pure. */
import { Failure } from '../../core/errors.ts';
import { formatDuration } from '../../core/duration.ts';
import { quoted } from '../../core/text.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput, typedSetting } from '../../definitions/naming.ts';

/** Where a missing tag may come from. */
export interface TagOrigin {
  /** As it was given; in a GitLab job of the project its commit. */
  readonly ref: string | undefined;
  /** The commit that the run is for, in a GitHub workflow; undefined where a tag was given by hand. */
  readonly commit: string | undefined;
  /** GitLab is asked what it has of the code before anything is made. */
  readonly lookedUp: boolean;
  /** How long the commit is waited for, in milliseconds. */
  readonly waitMs: number;
}

/** What GitLab has. */
export interface CodeFacts {
  /** The commit that the given ref names; undefined: none, or no other ref was given. */
  readonly refAt: string | undefined;
  /** The commit of the run, by its whole id; undefined: GitLab does not have it. */
  readonly commitAt: string | undefined;
}

export interface RefQuestion {
  readonly tag: string;
  readonly project: string;
  readonly origin: TagOrigin;
  readonly facts: CodeFacts;
  readonly platform: Platform;
}

export type RefDecision =
  { readonly ref: string; readonly warning: string | undefined } | { readonly refusal: Failure };

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;

/** The pauses between looks: doubled up to a bound, together exactly as long as was asked. */
export function waitsOf(waitMs: number): readonly number[] {
  const waits: number[] = [];
  for (let left = waitMs, next = FIRST_WAIT; left > 0; next = Math.min(2 * next, LONGEST_WAIT)) {
    const pause = Math.min(next, left);
    waits.push(pause);
    left -= pause;
  }
  return waits;
}

/** For a tag that is missing in GitLab. */
export function decideRef(question: RefQuestion): RefDecision {
  const { origin, facts } = question;
  const { ref, commit } = origin;
  if (ref === undefined || ref.toLowerCase() === commit?.toLowerCase()) {
    if (commit === undefined) return { refusal: nothingSaid(question) };
    return facts.commitAt === undefined
      ? { refusal: commitMissing(question, commit) }
      : { ref: facts.commitAt, warning: undefined };
  }
  if (facts.refAt === undefined) return { refusal: refMissing(question, ref) };
  if (commit === undefined || facts.refAt === facts.commitAt) return { ref, warning: undefined };
  const made = { ref, at: facts.refAt, commit };
  return facts.commitAt === undefined
    ? { ref, warning: madeElsewhere(question, made) }
    : { refusal: otherCommit(question, made) };
}

/** A tag that would be made at a ref, though the run is for another commit. */
interface MadeElsewhere {
  readonly ref: string;
  readonly at: string;
  readonly commit: string;
}

function nothingSaid({ tag, project, platform }: RefQuestion): Failure {
  const own = platform === 'github' ? ' (`ref: ${{ github.sha }}` for the commit of this run)' : '';
  return new Failure(
    'usage',
    `The GitLab project ${quoted(project)} has no tag ${quoted(tag)}, which was given by hand: the commit of this ` +
      'run need not be the one that it is for',
    {
      hint:
        'Nothing was made. Push the tag to the GitLab project first, or give ' +
        `${typedInput('ref', platform)}: a branch, a tag or a commit there${own}.`,
    },
  );
}

function commitMissing({ tag, project, origin, platform }: RefQuestion, commit: string): Failure {
  const waited = origin.waitMs === 0 ? '' : ` after ${formatDuration(origin.waitMs)}`;
  const [longer, other] = [typedSetting('wait', '10m', platform), typedSetting('ref', 'main', platform)];
  return new Failure(
    'not-found',
    `The GitLab project ${quoted(project)} has no tag ${quoted(tag)}, and it does not have the commit ` +
      `${quoted(commit)} of this run${waited}`,
    {
      hint:
        `Nothing was made. If the project is a mirror that lags, wait longer (${longer}) and run again. If it has no ` +
        `copy of the code, say what to make the tag from (${other}).`,
    },
  );
}

/** `ref` names nothing in the project. */
export function refMissing({ project, platform }: Pick<RefQuestion, 'project' | 'platform'>, ref: string): Failure {
  const input = typedInput('ref', platform);
  return new Failure(
    'not-found',
    `${input}: the GitLab project ${quoted(project)} has no branch, tag or commit ${quoted(ref)}`,
    { hint: `Nothing was made. Correct ${input}, or omit it to take the commit of this run.` },
  );
}

function otherCommit({ tag, project, platform }: RefQuestion, { ref, at, commit }: MadeElsewhere): Failure {
  return new Failure(
    'conflict',
    `The tag ${quoted(tag)} would be made at ${quoted(at)}, where ${quoted(ref)} is, but this run is for ` +
      `${quoted(commit)}, which the GitLab project ${quoted(project)} has`,
    { hint: `Nothing was made. Omit ${typedInput('ref', platform)}: then the tag is made at the commit of this run.` },
  );
}

function madeElsewhere({ tag, project }: RefQuestion, { ref, at, commit }: MadeElsewhere): string {
  return (
    `The tag ${quoted(tag)} is made at ${quoted(at)}, where ${quoted(ref)} is in the GitLab project ` +
    `${quoted(project)}. This run is for ${quoted(commit)}, which that project does not have`
  );
}

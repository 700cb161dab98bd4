/** Which tag a release is of, and what a missing one is made from. Pure. */
import { harmless, quoted } from '../../core/text.ts';
import { versionFromTag } from '../../core/versions/index.ts';
import type { Finding } from '../shared/findings.ts';
import type { Context } from '../../definitions/context.ts';
import type { Problem } from '../../definitions/command.ts';
import { isOwnProject } from '../shared/package.ts';
import type { TagOrigin } from './decide-ref.ts';

export interface TagInputs {
  readonly tag: string | undefined;
  /** Undefined: none. */
  readonly 'tag-prefix': string | undefined;
}

const FORM = 'which git does not allow in the name of a tag';
/** Characters with a meaning of their own in git, blanks and controls. */
const REFUSED = /[\s~^:?*[\\]|\p{Cc}|\.\.|@\{/u;

/** The tag that is given, else the run's own; whether that has the prefix says `foreignTag`. */
export function ownTag(inputs: TagInputs, context: Context): string | undefined {
  return inputs.tag ?? context.ref.tag;
}

/**
 * A run for another component's tag releases nothing: the tag it would make starts a pipeline, in
 * which the other component would make one in turn, without end.
 */
export function foreignTag(inputs: TagInputs, context: Context): Problem | undefined {
  const { tag } = context.ref;
  if (inputs.tag !== undefined || tag === undefined) return undefined;
  const prefix = inputs['tag-prefix'] ?? '';
  const read = versionFromTag(tag, prefix);
  if (!('problem' in read) || read.hasPrefix) return undefined;
  const remedy = ruleFor(prefix, context);
  const problem =
    `was not given, and this run is for the tag ${quoted(tag)}, which does not begin with ` +
    `${quoted(prefix)}: ${remedy}say which tag with \`tag\``;
  return { input: 'tag', problem };
}

/** The release's tag; `version` is that of the package. */
export function chooseTag(inputs: TagInputs, version: string, context: Context): Finding<string> {
  const own = ownTag(inputs, context);
  const tag = own ?? withPrefix(inputs['tag-prefix'] ?? '', version);
  const fault = tagFault(tag);
  if (fault === undefined) return { value: tag };
  const problem: Problem = {
    input: own === undefined ? 'tag-prefix' : 'tag',
    problem: `makes the tag ${quoted(tag)}, which has ${fault}`,
  };
  return { problem: own === undefined ? problem : { ...problem, problem: `${quoted(tag)} has ${fault}` } };
}

/** A version that has the prefix, or its `v`, does not get it twice: `v1.2.3` is that of `cli/v` too. */
function withPrefix(prefix: string, version: string): string {
  if (prefix !== '' && version.startsWith(prefix)) return version;
  const isDoubled = prefix.endsWith('v') && /^v\d/.test(version);
  return prefix + (isDoubled ? version.slice(1) : version);
}

export interface OriginInputs {
  readonly tag: string | undefined;
  readonly ref: string | undefined;
  readonly project: string | undefined;
  /** Milliseconds. */
  readonly wait: number;
}

/**
 * Where a missing tag may come from. In a GitLab job of the project its commit, which is there. In a GitHub workflow
 * the commit of the run, of which GitLab need not know; a tag that is given by hand need not be for that commit, unless
 * the run follows another one or is for this very tag.
 */
export function chooseOrigin({ tag, ref, project, wait }: OriginInputs, context: Context): TagOrigin {
  const plain = { commit: undefined, lookedUp: false, waitMs: 0 };
  if (context.job !== undefined) {
    const own = isOwnProject(project, context) ? context.ref.commit : undefined;
    return { ...plain, ref: ref ?? own };
  }
  const { commit, afterRun = false } = context.ref;
  if (commit === undefined) return { ...plain, ref };
  const isByHand = tag !== undefined && tag !== context.ref.tag && !afterRun;
  return { ref, commit: isByHand ? undefined : commit, lookedUp: true, waitMs: wait };
}

/** What keeps the job out of such a run, where it is one. */
function ruleFor(prefix: string, { platform, job }: Context): string {
  const shown = harmless(prefix);
  if (platform === 'github')
    return (
      'give this job a condition such as `if: startsWith(github.ref_name, ' + `'${shown.replaceAll("'", "''")}')\`, or `
    );
  if (job === undefined) return '';
  return (
    'give this job a rule such as `if: $CI_COMMIT_TAG =~ ' + `/^${shown.replaceAll(/[^\w-]/g, String.raw`\$&`)}/\`, or `
  );
}

/** What `git check-ref-format` would refuse, in words. */
function tagFault(tag: string): string | undefined {
  if (tag.startsWith('refs/') || tag.startsWith('-') || tag === '@' || tag === 'HEAD')
    return `a beginning or a name ${FORM}`;
  if (REFUSED.test(tag)) return `characters ${FORM}`;
  const parts = tag.split('/');
  const isWrong =
    parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock')) || tag.endsWith('.');
  return isWrong ? `a part between slashes ${FORM}` : undefined;
}

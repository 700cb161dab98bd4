/** What a publish says in words: why it is not to be and the ways on, and what it warns of. Decides nothing. */
import { Failure } from '../../core/errors.ts';
import { formatCount, formatNames, verbFor } from '../../core/format.ts';
import type { NameProblem } from '../../core/names/file-names.ts';
import { harmless, quoted } from '../../core/text.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput, typedSetting } from '../../definitions/naming.ts';
import type { Status } from '../../transfer/model.ts';
import type { VersionState } from '../../transfer/remote/version-state.ts';
import type { VersionRef } from '../../transfer/remote/stored-version.ts';
import type { IfExists } from './if-exists.ts';
import type { PublishRefusal } from './steps.ts';

/** So many names are named in one warning. */
const MOST_NAMED = 20;

/** What a refusal is told with besides its problems. */
interface RefusedPublish {
  readonly ref: Pick<VersionRef, 'name' | 'version'>;
  readonly manifest: string | undefined;
  readonly platform: Platform;
}

export function publishRefusalFailure(
  { reason, problems }: PublishRefusal,
  { ref, manifest = '', platform }: RefusedPublish,
): Failure {
  const what = `${ref.name} ${ref.version}`;
  const ifExists = (value: IfExists): string => `\`${typedSetting('if-exists', value, platform)}\``;
  const input = (name: string): string => `\`${typedInput(name, platform)}\``;
  const count = formatCount(problems.length, 'difference');
  switch (reason) {
    case 'other-spelling':
      return new Failure('conflict', `${what} is published already under its other spelling`, {
        problems,
        hint:
          'Nothing was sent. `1.2.3` and `v1.2.3` are two versions to GitLab and one to `latest` and ranges: give ' +
          `the spelling that is there as ${input('package-version')}, or publish under a new ` +
          'version.',
      });
    case 'exists':
      return new Failure('conflict', `${what} is published already, and ${ifExists('fail')} is given`, {
        problems,
        hint: `Nothing was sent. Publish under a new version, or use ${ifExists('verify')} or ${ifExists('skip')}.`,
      });
    case 'differs':
      return new Failure('conflict', `${what} is published already with other files: ${count}`, {
        problems,
        hint:
          `${input('part')} is for several jobs that build one version. Else publish under a new version; or keep ` +
          `what is published with ${ifExists('skip')}, or change it with \`replace\` or \`append\`. Nothing was sent.`,
      });
    case 'made-elsewhere':
      return new Failure(
        'conflict',
        `${what} is published already without a manifest, by another client, and has other files: ${count}`,
        {
          problems,
          hint:
            `Nothing was sent. Publish under a new version; or use ${ifExists('append')}, which keeps and lists what ` +
            'is there, or `replace`, which deletes it.',
        },
      );
    case 'visible-part':
      return new Failure('conflict', `${what} is visible already, without a manifest: it takes no part`, {
        problems,
        hint: 'Nothing was sent. Publish the parts under a new version.',
      });
    case 'foreign-manifest':
      return new Failure('conflict', `${what} has a file ${quoted(manifest)} that is not a manifest of this tool`, {
        problems,
        hint:
          `Nothing was sent. Give the manifest another name with ${input('manifest')}, or publish under ` +
          'a new version.',
      });
    case 'manifest-stays':
      return new Failure(
        'conflict',
        `${what} has a manifest, and with \`${typedSetting('manifest', 'none', platform)}\` it would no longer fit`,
        {
          problems,
          hint:
            `Nothing was sent. Omit ${input('manifest')}, so that this run writes it anew; or publish under ` +
            'a new version.',
        },
      );
    case 'duplicates':
      return new Failure('conflict', `${what} cannot be appended to: GitLab refuses to store a name twice here`, {
        problems,
        hint:
          `No file was sent. Publish under a new version; or use ${ifExists('replace')} with a token that may ` +
          'delete package files, which takes the Maintainer role; or ask an owner of the group for an ' +
          'exception to its duplicates setting.',
      });
    case 'duplicates-hidden':
      return new Failure(
        'conflict',
        `${what} cannot be published with other content than an earlier run sent: GitLab refuses to store a name ` +
          'twice here',
        {
          problems,
          hint:
            'No file was sent. Publish under a new version, for GitLab deletes no file of a hidden one; or ask an ' +
            'owner of the group for an exception to its duplicates setting.',
        },
      );
    case 'older-gitlab':
      return olderGitlabFailure(undefined, problems);
    case 'nothing':
      return new Failure('no-files', `${what} has no file: neither this run nor its parts have one`, {
        problems,
        hint:
          `Nothing was sent. Check the jobs of the parts, or set ${input('if-no-files-found')} to \`warn\` or ` +
          '`ignore`.',
      });
    case 'duplicates-kept':
      return new Failure(
        'conflict',
        `${what} cannot be replaced: GitLab refuses to store a name twice here, and what is stored cannot be deleted`,
        {
          problems,
          hint:
            'No file was sent. Publish under a new version. Else use a token with the Maintainer role, which may ' +
            'delete files of a visible version.',
        },
      );
  }
}

/** `version`: where it is known before anything is sent. */
export function olderGitlabFailure(version: string | undefined, problems: readonly string[]): Failure {
  const gitlab = version === undefined ? 'This GitLab' : `This GitLab (${harmless(version)})`;
  const count = formatCount(problems.length, 'file name');
  return new Failure('bad-name', `${gitlab} is too old for the characters in ${count}`, {
    problems,
    hint:
      'No file was sent. `~` needs GitLab 18.1 and `@` 18.5: give these files other names with `rename`, or publish ' +
      'to a newer GitLab.',
  });
}

/** Whose the other content is no list tells: parts share a version, and who may not list cannot tell a visible one. */
export function otherContent(
  name: string,
  { part, listed }: { readonly part: boolean; readonly listed: boolean },
): string {
  const stopped = 'an earlier run that did not finish';
  const others = listed ? stopped : `${stopped}, or another client,`;
  const whose = part ? 'an earlier run or another part' : others;
  return `${harmless(name)}: ${whose} left other content; this run's is sent and is the one that is served`;
}

/** Of a version that a list shows. */
export function staysVisible(state: VersionState, { status }: { readonly status: Status }): readonly string[] {
  if (status !== 'hidden' || state.kind !== 'visible') return [];
  return ['The version is visible already and stays so: a visible version is never hidden again'];
}

/**
 * A hidden version has no list of files in GitLab: what a run that was stopped left there shows only once it is
 * visible.
 */
export function leftBehind(names: readonly string[], manifest: string | undefined): string {
  if (manifest === undefined) return besides(names);
  return (
    `${formatCount(names.length, 'file')} in the registry not listed by the manifest, left by an earlier ` +
    'run or another client: downloads do not fetch them; ' +
    `delete them on the version's page in the package registry, which takes the Maintainer role: ` +
    formatNames(names, MOST_NAMED)
  );
}

/** `replace` without the right to delete. */
export function cannotDelete(names: readonly string[]): string {
  return (
    'This token may not delete what the version had before, which takes the Maintainer role. ' +
    `${formatCount(names.length, 'file')} can still be fetched by name: ${formatNames(names, MOST_NAMED)}. ` +
    'For a build that moves on, publish a version of its own each time, and let `download` fetch `newest`'
  );
}

/** `replace` of a version that stays hidden: GitLab lists and deletes no file of one. */
export function keepsOthers(names: readonly string[]): string {
  const named = names.length === 0 ? '' : `: ${formatNames(names, MOST_NAMED)}`;
  return (
    'The version stays hidden, and GitLab deletes no file of a hidden version: what it had besides can ' +
    `still be fetched by name${named}`
  );
}

/** A token that may not list. */
export function seesOwnNamesOnly(): string {
  return (
    "This token cannot list what the version has: only this run's own names were looked at, and other " +
    'files stay and can still be fetched by name'
  );
}

/** Of a version without a manifest. */
export function othersBesides(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [besides(names)];
}

function besides(names: readonly string[]): string {
  return (
    `${formatCount(names.length, 'file')} in the registry besides this run's, left by an earlier run or ` +
    `another client; downloads fetch them too: ${formatNames(names, MOST_NAMED)}`
  );
}

/** A version that is kept, where nothing of this run may be sent to show it. */
export function cannotTellVisible(): string {
  return 'This token cannot list, so whether the version is visible could not be seen. Use a token that may list';
}

/** Links inside the directory: a version has no links. */
export function followedText(count: number): string {
  const copies = count === 1 ? 'link inside the directory was' : 'links inside the directory were';
  return (
    `${count} ${copies} followed: the version has a copy of what a link leads to, and no link. A macOS bundle does ` +
    'not survive that. To keep links, pack the folder with `tar` first and publish that file'
  );
}

/** Names that only other systems cannot hold. */
export function foreignNamesText(names: readonly NameProblem[]): string {
  const shown = names.slice(0, MOST_NAMED).map(({ name, problem }) => `${quoted(name)} ${problem}`);
  const more = names.length > shown.length ? `; and ${names.length - shown.length} more` : '';
  return (
    `${formatCount(names.length, 'name')} cannot be placed on Windows or macOS, where \`download\` refuses these ` +
    `files: ${shown.join('; ')}${more}`
  );
}

/** Temporary files of downloads: they have names of our own, and are never content. */
export function leftoversText(names: readonly string[]): string {
  return (
    `${formatCount(names.length, 'temporary file')} of a download that was stopped or still runs ` +
    `${verbFor(names.length, 'is', 'are')} left out: ${formatNames(names, MOST_NAMED)}`
  );
}

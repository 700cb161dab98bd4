/** What a publish that is not to be says, and the ways on. */
import { Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import type { Refusal } from './decide.ts';

/** `what`: package and version, as people read them. */
export function refusalFailure(what: string, { reason, problems }: Refusal, manifest: string | undefined): Failure {
  const count = formatCount(problems.length, 'difference');
  switch (reason) {
    case 'exists':
      return new Failure('conflict', `${what} is published already, and if-exists is fail`, {
        problems,
        hint: 'Nothing was sent. Publish under a new version, or use if-exists: verify or skip.',
      });
    case 'differs':
      return new Failure('conflict', `${what} is published already with other files: ${count}`, {
        problems,
        hint:
          'Nothing was sent. Where several jobs build one version, give each its own part. Else publish under ' +
          'a new version; or use if-exists: skip to keep what is published, replace or append to change it.',
      });
    case 'made-elsewhere':
      return new Failure(
        'conflict',
        `${what} is published already without a manifest, by another client, and has other files: ${count}`,
        {
          problems,
          hint:
            'Nothing was sent. Publish under a new version; or use if-exists: append, which keeps and lists what ' +
            'is there, or replace, which deletes it.',
        },
      );
    case 'visible-part':
      return new Failure('conflict', `${what} is visible already, without a manifest: it takes no part`, {
        problems,
        hint: 'Nothing was sent. Publish the parts under a new version.',
      });
    case 'foreign-manifest':
      return new Failure('conflict', `${what} has a file ${manifest ?? ''} that is not a manifest of this tool`, {
        problems,
        hint:
          'Nothing was sent. Give the manifest another name with the input manifest, or publish under a new ' +
          'version.',
      });
    case 'duplicates':
      return new Failure('conflict', `${what} cannot be appended to: GitLab refuses to store a name twice here`, {
        problems,
        hint:
          'No file was sent. Publish under a new version; or use if-exists: replace with a token that may ' +
          'delete package files, which takes the Maintainer role; or ask an owner of the group for an ' +
          'exception to its duplicates setting.',
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

/** What several commands say of a package and its version in the same words. How a missing input is filled: package.ts. */
import { text } from '../../definitions/inputs.ts';

/** Of `package-name`. */
export const NAME_FALLBACK =
  "the last part of `project` if that is a path; the project's name in a GitLab job of that project";

/** Of `package-version`, where the version is to be written. */
export const VERSION_FALLBACK =
  'the version that a `version` job of this GitLab pipeline passed on, else the tag without `tag-prefix`';

/** Of `manifest`. */
export const MANIFEST_NAME = 'generic-package.json';

/** Of commands that take the version of a tag; `version` itself makes tags, and has more to say. */
export const tagPrefix = text({
  default: 'v',
  none: true,
  description:
    'Text before the version in a tag. With `v` both `v1.2.3` and `1.2.3` count. For one of several components it may be `cli/v`.',
});

/** Words about a package and its version that several commands share. What is taken in their place: package.ts. */
import { text } from '../../definitions/inputs.ts';

/** Of `package-name`. */
export const NAME_FALLBACK = {
  github: 'the last part of `project` if that is a path, else required',
  gitlab: "the last part of `project` if that is a path, else the project's name in a job of that project",
  terminal: "the last part of `project` if that is a path, else in a GitLab job the project's name",
} as const;

/** Of `package-version`, where the version is to be written. */
export const VERSION_FALLBACK = {
  github: 'the tag of the run without `tag-prefix`, else required',
  gitlab:
    'the version that a `version` job of this pipeline passed on, else the tag of the pipeline without `tag-prefix`',
  terminal: 'in a CI/CD job the version that a `version` job passed on, or its tag without `tag-prefix`; else required',
} as const;

/** Also of `package-version`: a version that an earlier job worked out for this very package. */
export const VERSION_FROM_PIPELINE =
  '`from-pipeline` takes what a `version` job worked out for this package, and nothing else.';

/** Of `manifest`. */
export const MANIFEST_NAME = 'generic-package.json';

const OWN_TAG = {
  github: 'the tag of the run',
  gitlab: 'the tag of the pipeline',
  terminal: 'in a CI/CD job its tag',
} as const;
const WITHOUT_OWN_TAG = 'For events that have no tag of their own, such as `workflow_run` and `workflow_dispatch`.';

/** The tag, where the run has none of its own: of commands that take a version. */
export const tag = text({
  fallback: OWN_TAG,
  description: {
    all:
      'Tag that gives the version, such as `v1.4.0`, read with `tag-prefix`. Together with another ' +
      '`package-version` it is an error.',
    github: WITHOUT_OWN_TAG,
  },
});

/** The same of the command that works a version out. */
export const tagOfBuild = text({
  fallback: OWN_TAG,
  description: {
    all: 'Tag that this build is for, such as `v1.4.0`, read with `tag-prefix`.',
    github: WITHOUT_OWN_TAG,
  },
});

/** The same where the run's own tag does not count: `download` fetches what is asked for. */
export const tagToFetch = text({
  description:
    'Tag whose version is fetched, such as `v1.4.0`, read with `tag-prefix`. Together with another ' +
    '`package-version` it is an error.',
});

/** Of commands that take the version of a tag; `version` itself makes tags, and has more to say. */
export const tagPrefix = text({
  default: 'v',
  none: true,
  description:
    'What stands before the version in a tag. With `v` both `v1.2.3` and `1.2.3` count; for one of several ' +
    'components it may be `cli/v`.',
});

/** Inputs and outputs of the command `version`. */
import { boolean, choice, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import { NAME_FALLBACK, tagOfBuild } from '../shared/package-inputs.ts';
import { variableInputs } from '../shared/variable-inputs.ts';

export const inputs = {
  source: choice({
    default: 'auto',
    options: ['auto', 'tag', 'variable', 'packages', 'tags'],
    description:
      'What the version is based on. `tag`: the tag of this run. `variable`: the CI/CD variable. ' +
      '`packages`: the highest stable version of the package. `tags`: the highest stable version ' +
      'among the tags of the GitLab `project`. `auto`: the tag, if this run is for a tag with the ' +
      'prefix; else the variable, if one is named; else the package.',
  }),
  tag: tagOfBuild,
  'tag-prefix': text({
    default: 'v',
    none: true,
    description:
      'Text before the version in a tag. With `v` both `v1.2.3` and `1.2.3` count, and a tag ' +
      'that is not a semantic version is an error. For one of several components it may be `cli/v`: ' +
      'a tag without it makes `source: tag` fail, and `auto` uses the next source.',
  }),
  variable: text({
    description: {
      all: 'Key of the CI/CD variable that holds the last version, such as `VERSION_OF_WIDGET`.',
      gitlab: 'Do not call it `VERSION`: scripts would see it in place of the version that this job passes to them.',
    },
  }),
  ...variableInputs,
  'package-name': text({
    fallback: NAME_FALLBACK,
    description: 'Name of the package. `source: packages` reads its versions, and a number that is taken is skipped.',
  }),
  increment: choice({
    default: 'auto',
    options: ['auto', 'none', 'patch', 'minor', 'major', 'pipeline'],
    description: {
      all: 'Which number counts up. `auto` is `none` for a tag, else `patch`.',
      github: 'With `pipeline` the patch is the run number.',
      gitlab: "With `pipeline` the patch is the pipeline's IID.",
      terminal: "With `pipeline` the patch is GitLab's pipeline IID or GitHub's run number.",
    },
  }),
  within: text({
    fallback: 'the range that a maintenance branch is named after, such as `1.2.x` or `release/1.x`; else all versions',
    description:
      'Range that the version has to stay in, such as `1.2` or `1.x`: it is based on the highest stable version of ' +
      'that range, and a number that would leave it is an error. Without a version there the first one of the range ' +
      'is used: 1.2.0 of `1.2`. `none` switches off what the branch says.',
  }),
  prerelease: text({
    fallback: {
      github:
        'none for a tag, on the default branch and on maintenance branches; `pr-<number>` for a pull request; else ' +
        "the branch's name as a slug",
      gitlab:
        'none for a tag, on the default branch and on maintenance branches; `mr-<iid>` for a merge request; else ' +
        "the branch's name as a slug",
      terminal:
        'required outside of CI; in a GitLab pipeline or a GitHub workflow as there: none for a tag, on the default ' +
        "branch and on maintenance branches, else the request's number or the branch's name",
    },
    description: {
      all: 'Identifier of a prerelease, such as `feature-x` of `1.2.4-feature-x.45`; `none` makes a stable version.',
      github: "The number after it is the run's.",
      gitlab: "The number after it is the pipeline's IID.",
      terminal: 'In a pipeline or workflow its number follows.',
    },
  }),
  build: boolean({
    default: 'false',
    description: 'Add `+` and the first eight characters of the commit.',
  }),
  'initial-version': text({
    description:
      'The first version, used as it is if there is no earlier one. Without it that is an error, unless `within` ' +
      'says where to begin. A variable that exists but is empty or unreadable is always an error.',
  }),
  claim: boolean({
    default: 'false',
    description:
      'Reserve the number for this pipeline before anything is published, so that no two pipelines get ' +
      'the same. A retry gets its number again, however many others came later. A package `claims.…` of its own ' +
      'stores who has which number. Without it the number of a version that was deleted is given out again.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs, as `prepare` and `run` take them. */
export type VersionInputs = ValuesOf<typeof inputs>;

export const outputs = {
  version: { kind: 'text', description: 'The version of this build.' },
  previous: {
    kind: 'text',
    description:
      'The version that this one is based on; `none` if there was none. A job that runs again looks ' +
      'anew, so it may differ from the first run.',
  },
  tag: { kind: 'text', description: 'The tag of this version: `tag-prefix` and the version.' },
  major: { kind: 'integer', description: 'Its first number.' },
  minor: { kind: 'integer', description: 'Its second number.' },
  patch: { kind: 'integer', description: 'Its third number.' },
  prerelease: { kind: 'text', description: 'The text after `-`; empty for a stable version.' },
  build: { kind: 'text', description: 'The text after `+`; empty if there is none.' },
  'is-prerelease': { kind: 'boolean', description: 'Whether it is a prerelease.' },
  'is-latest': {
    kind: 'boolean',
    description: 'Whether it is stable and no stable version of the package is higher. If it is not, the log says why.',
  },
  source: { kind: 'text', description: 'What it is based on: `tag`, `variable`, `packages` or `tags`.' },
} as const;

/** What run returns. */
export type VersionResult = Result<typeof outputs>;

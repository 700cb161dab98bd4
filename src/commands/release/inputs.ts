/** Inputs and outputs of the command `release`. */
import { boolean, duration, lines, path, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import {
  MANIFEST_NAME,
  NAME_FALLBACK,
  tagPrefix,
  VERSION_FALLBACK,
  VERSION_FROM_PIPELINE,
} from '../shared/package-inputs.ts';

export const inputs = {
  tag: text({
    fallback: 'the tag that this run is for; in a run for no tag `tag-prefix` and the version',
    description:
      'Tag of the release. If the GitLab project does not have it, it is made from `ref`; a tag that ' +
      'exists is never moved. It is required in a run for a tag that does not begin with ' +
      '`tag-prefix`.',
  }),
  'tag-prefix': tagPrefix,
  'package-name': text({
    fallback: NAME_FALLBACK,
    description: 'Name of the package whose files the release links to.',
  }),
  'package-project': text({
    fallback: '`project`',
    description:
      'The GitLab project that holds the package, if it is not the one of the release: its numeric id or its full ' +
      'path. The token must reach both. Without `package-name` its last part is the name.',
  }),
  'package-version': text({
    fallback: VERSION_FALLBACK,
    fromPipeline: 'version',
    description: { all: 'Version of the package, which must be complete.', gitlab: VERSION_FROM_PIPELINE },
  }),
  ref: text({
    fallback: {
      github:
        'the commit of the run, which GitLab must have; on `workflow_run` that of the run that ended; on other ' +
        'events required for a missing tag that was given',
      gitlab: 'the commit of the pipeline',
      terminal:
        'the commit of the pipeline or workflow run in a job, else required when the tag is missing in `project`',
    },
    description: {
      all: 'Branch, tag or commit of the GitLab project that a missing tag is made from.',
      github:
        'It is for a project that has no copy of the code. Where GitLab has the commit of the run, a ref at another ' +
        'commit is an error.',
    },
  }),
  wait: duration({
    platforms: ['github', 'terminal'],
    default: '2m',
    bounds: { min: '0s', max: '24h' },
    description:
      'How long the commit of a GitHub workflow run is waited for in GitLab, whose project may lag as a mirror, such ' +
      'as `30s`, `10m` or `2h`; a number without a unit is seconds.',
  }),
  name: text({
    fallback: 'the tag; a release that exists keeps its name',
    description: 'Title of the release.',
  }),
  description: text({
    multiline: true,
    description: 'Text of the release, in Markdown. Without it a release that exists keeps its text.',
  }),
  'description-file': path({
    description: 'File with the text of the release: UTF-8, at most 1 MiB, inside the workspace.',
  }),
  changelog: path({
    description:
      'Changelog in the form of keepachangelog.com, such as `CHANGELOG.md`, in place of a text: the section of this ' +
      'version becomes the text of the release. A changelog without that section is an error.',
  }),
  milestones: lines({
    description:
      'Titles of the milestones of the release, one a line. Without them a release that exists keeps its milestones.',
  }),
  files: lines({
    default: '**',
    description:
      'Patterns of the files that become links, one a line, over the names in the package. `!` ' +
      'excludes, and the last match wins. A link is called as its file without folders, or by the whole path with ' +
      '`-` for `/` where two files are called alike. Links to this package that an earlier run made and that are ' +
      'not selected now are removed; other links are never touched.',
  }),
  manifest: text({
    default: MANIFEST_NAME,
    none: true,
    description:
      'Name of the manifest that the version was published with. `none` links the files that the registry lists.',
  }),
  'dry-run': boolean({
    default: 'false',
    description: 'Check everything and show the steps, but make and change nothing.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs, as `prepare` and `run` take them. */
export type ReleaseInputs = ValuesOf<typeof inputs>;

export const outputs = {
  tag: { kind: 'text', description: 'Tag of the release.' },
  'release-url': { kind: 'text', description: 'Web address of the release; empty if GitLab does not tell it.' },
  'link-count': { kind: 'integer', description: 'How many files of the package it links to.' },
  created: {
    kind: 'boolean',
    description: 'Whether this run made the release; `false` if it existed, and after a dry run.',
  },
} as const;

/** What run returns. */
export type ReleaseResult = Result<typeof outputs>;

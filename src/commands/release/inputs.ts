/** Inputs and outputs of the command `release`. */
import { lines, path, text, type ValuesOf } from '../../definitions/inputs.ts';
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
  'package-version': text({
    fallback: VERSION_FALLBACK,
    fromPipeline: 'version',
    description: { all: 'Version of the package, which must be complete.', gitlab: VERSION_FROM_PIPELINE },
  }),
  ref: text({
    fallback: {
      github: 'required when the tag is missing in `project`',
      gitlab: 'the commit of the pipeline',
      terminal: 'the commit of the pipeline in a GitLab job, else required when the tag is missing in `project`',
    },
    description: 'Branch, tag or commit of the GitLab project that a missing tag is made from.',
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
  milestones: lines({
    description:
      'Titles of the milestones of the release, one a line. Without them a release that exists keeps its milestones.',
  }),
  files: lines({
    default: '**',
    description:
      'Patterns of the files that become links, one a line, over the names in the package. `!` ' +
      'excludes, and the last match wins. Links to this package that an earlier run made and that are ' +
      'not selected now are removed; other links are never touched.',
  }),
  manifest: text({
    default: MANIFEST_NAME,
    none: true,
    description:
      'Name of the manifest that the version was published with. `none` links the files that the registry lists.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs, as check and run take them. */
export type ReleaseInputs = ValuesOf<typeof inputs>;

export const outputs = {
  tag: { kind: 'text', description: 'Tag of the release.' },
  'release-url': { kind: 'text', description: 'Web address of the release; empty if GitLab does not tell it.' },
  'link-count': { kind: 'integer', description: 'How many files of the package it links to.' },
  created: { kind: 'boolean', description: 'Whether this run made the release; `false` if it existed.' },
} as const;

/** What run returns. */
export type ReleaseResult = Result<typeof outputs>;

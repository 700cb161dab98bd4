/** What the command `release` takes and puts out. */
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
      'Tag of the release. Made from `ref` where it is missing in the GitLab project; one that exists is never moved. In a run for a tag that does not begin with `tag-prefix` it has to be given.',
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
    fallback: 'the tag; a release that is unchanged keeps its name',
    description: 'Title of the release.',
  }),
  description: text({
    multiline: true,
    description: 'Text of the release, in Markdown. Without it a release that is unchanged keeps its own.',
  }),
  'description-file': path({
    description: 'File with that text instead: UTF-8, at most 1 MiB, inside the workspace.',
  }),
  milestones: lines({
    description:
      'Titles of the milestones of the release, one a line. Without them a release that is unchanged keeps its own.',
  }),
  files: lines({
    default: '**',
    description:
      'Patterns over the names in the package, one a line: which of its files become links. `!` excludes and the last match wins. Links that an earlier run made to this package and that are not selected any more are removed; all others are left alone.',
  }),
  manifest: text({
    default: MANIFEST_NAME,
    none: true,
    description: 'Name of the manifest that the version was published with; `none` takes what the package lists.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs, as check and run take them. */
export type ReleaseInputs = ValuesOf<typeof inputs>;

export const outputs = {
  tag: { kind: 'text', description: 'Tag of the release.' },
  'release-url': { kind: 'text', description: 'The release in the browser; empty where GitLab does not tell it.' },
  'link-count': { kind: 'integer', description: 'How many files of the package it links to.' },
  created: { kind: 'boolean', description: 'Whether this run made the release; `false` if it was unchanged.' },
} as const;

/** What run returns. */
export type ReleaseResult = Result<typeof outputs>;

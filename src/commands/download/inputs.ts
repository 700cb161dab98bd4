/** What the command `download` takes and puts out. */
import { boolean, choice, lines, path, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import { MANIFEST_NAME, NAME_FALLBACK } from '../shared/package-inputs.ts';

export const inputs = {
  'package-name': text({
    fallback: {
      ...NAME_FALLBACK,
      gitlab: "the project's name; required when `project` is another project",
    },
    description: 'Name of the package.',
  }),
  'package-version': text({
    default: 'latest',
    fromPipeline: 'version',
    description: {
      all: 'Version to fetch: an exact one, `latest` (the highest stable version), or a range such as `^1.2` or `>=1 <3`. What may be a name and a range (`1.2`) is tried as a name first. `latest` never means a version of that name.',
      gitlab:
        '`from-pipeline` takes what a `version` job of this pipeline passed on, else what its `publish` job published.',
    },
  }),
  'include-prereleases': boolean({
    default: 'false',
    description: 'Let `latest` and ranges choose prereleases too.',
  }),
  part: text({
    identifier: true,
    description: 'Fetch what one part of a version lists; the version itself need not be complete.',
  }),
  files: lines({
    default: '**',
    description:
      'Patterns of the names to fetch, one a line, in the syntax of `publish`; a leading dot is an ordinary character here.',
  }),
  directory: path({
    default: 'generic-packages',
    description: "Where the files go; the package's own folders are kept below it.",
  }),
  flatten: boolean({
    default: 'false',
    description:
      'Place all files in `directory` itself, by their base names. Two files of one name are an error that lists both.',
  }),
  manifest: text({
    default: MANIFEST_NAME,
    none: true,
    description: 'Name of the manifest that the package was published with; `none` looks for no manifest.',
  }),
  'require-manifest': boolean({
    default: 'false',
    description: 'Refuse a version without a manifest as incomplete.',
  }),
  'expected-digest': text({
    fromPipeline: 'digest',
    description: {
      all: 'The `digest` that a publish or an earlier download printed. A version with another digest is refused before any file is fetched.',
      gitlab: '`from-pipeline` takes the digest of what `publish` of this pipeline published.',
    },
  }),
  overwrite: boolean({
    default: 'true',
    description:
      'Replace local files that have other content. `false` makes them an error that lists all of them, and nothing is changed.',
  }),
  prune: boolean({
    default: 'false',
    description:
      'Afterwards delete local files below `directory` that match `files` and that the version does not have. Refused for a folder that holds `.git`, and for the workspace, the home folder and their ancestors.',
  }),
  'if-not-found': choice({
    default: 'error',
    options: ['error', 'warn', 'ignore'],
    description: 'What to do when the package or version is missing in a project that the token can see.',
  }),
  summary: boolean({ default: 'true', description: 'Write a job summary where the host shows one.' }),
  'dry-run': boolean({
    default: 'false',
    description: 'Resolve and plan, with all outputs, but write nothing.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs, as check and run take them. */
export type DownloadInputs = ValuesOf<typeof inputs>;

export const outputs = {
  'package-name': { kind: 'text', description: 'Name of the package.' },
  'package-version': {
    kind: 'text',
    description: 'The version that was fetched, `latest` and ranges resolved; empty if none was found.',
  },
  directory: {
    kind: 'text',
    path: true,
    description: {
      github: 'Absolute path of the folder that holds the files.',
      gitlab: "Path of the folder that holds the files, relative to the project's folder.",
      terminal: 'Absolute path of the folder that holds the files.',
    },
  },
  digest: {
    kind: 'text',
    description: '`sha256:` of the manifest; of a version without one, of its sorted list of checksums and names.',
  },
  'file-count': { kind: 'integer', description: 'How many files were selected.' },
  bytes: { kind: 'integer', description: 'Their size together.' },
  downloaded: { kind: 'integer', description: 'How many of them were fetched.' },
  unchanged: { kind: 'integer', description: 'How many were unchanged with the right content.' },
  pruned: { kind: 'integer', description: 'How many local files were deleted because the version does not have them.' },
  files: {
    kind: 'list',
    description:
      'JSON array of `{name, path, size, sha256, status}`; `path` is relative to `directory`, `status` is `downloaded`, `unchanged` or `would-download`.',
  },
  found: { kind: 'boolean', description: 'Whether the version was found.' },
} as const;

/** What run returns. */
export type DownloadResult = Result<typeof outputs>;

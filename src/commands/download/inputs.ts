/** Inputs and outputs of the command `download`. */
import { boolean, choice, lines, path, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import { MANIFEST_NAME, NAME_FALLBACK, tagPrefix, tagToFetch } from '../shared/package-inputs.ts';

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
      all:
        'Version to fetch: an exact one, `latest` (the highest stable version), `newest` (the visible version ' +
        'that was made last, whatever its name), or a range such as `^1.2` or `>=1 <3`. What may be a name and a ' +
        'range (`1.2`) is tried as a name first. `latest` and `newest` never mean a version of that name.',
      gitlab:
        '`from-pipeline` takes what a `version` job of this pipeline passed on, else what its `publish` job published.',
    },
  }),
  tag: tagToFetch,
  'tag-prefix': tagPrefix,
  'include-prereleases': boolean({
    default: 'false',
    description: 'Let `latest` and ranges choose prereleases too.',
  }),
  part: text({
    identifier: true,
    description: 'Fetch only the files of this part of the version. The version itself need not be complete.',
  }),
  files: lines({
    default: '**',
    description:
      'Patterns of the names to fetch, one a line, in the syntax of `publish`. They are the same on ' +
      'every system: `/` divides, upper and lower case differ, and names with a leading dot need no ' +
      'pattern of their own.',
  }),
  directory: path({
    default: 'generic-packages',
    description: "Folder for the files. The folders in the package's names are made below it.",
  }),
  flatten: boolean({
    default: 'false',
    description:
      'Place all files in `directory` itself, without folders. Two files of the same base name are ' +
      'an error that names them.',
  }),
  manifest: text({
    default: MANIFEST_NAME,
    none: true,
    description: 'Name of the manifest that the version was published with. `none` ignores manifests.',
  }),
  'require-manifest': boolean({
    default: 'false',
    description: 'Fail if the version has no manifest, because it may be incomplete.',
  }),
  'expected-digest': text({
    fromPipeline: 'digest',
    description: {
      all:
        'The `digest` that a publish or an earlier download printed. A version with another digest is ' +
        'refused before any file is fetched.',
      gitlab: '`from-pipeline` takes the digest of what `publish` of this pipeline published.',
    },
  }),
  overwrite: boolean({
    default: 'true',
    description:
      'Replace local files that have other content. With `false` they are an error that lists all of ' +
      'them, and nothing is changed.',
  }),
  prune: boolean({
    default: 'false',
    description:
      'After the download, delete local files below `directory` that match `files` and that the ' +
      'version does not have. Refused if the folder contains `.git`, and for the workspace, the home ' +
      'folder and the folders above them.',
  }),
  'if-not-found': choice({
    default: 'error',
    options: ['error', 'warn', 'ignore'],
    description: 'What to do if the project does not have this package or version.',
  }),
  summary: boolean({ default: 'true', platforms: ['github'], description: 'Write a job summary.' }),
  'dry-run': boolean({
    default: 'false',
    description: 'Show what would be fetched and deleted, and set all outputs, but change nothing.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs, as `prepare` and `run` take them. */
export type DownloadInputs = ValuesOf<typeof inputs>;

export const outputs = {
  'package-name': { kind: 'text', description: 'Name of the package.' },
  'package-version': {
    kind: 'text',
    description: 'The exact version that was fetched. Empty if none was found.',
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
    description:
      '`sha256:` and the checksum of the manifest. Without a manifest it is the checksum of the ' +
      'sorted list of checksums and names.',
  },
  'file-count': { kind: 'integer', description: 'How many files were selected.' },
  bytes: { kind: 'integer', description: 'Their total size.' },
  downloaded: { kind: 'integer', description: 'How many files were fetched.' },
  unchanged: { kind: 'integer', description: 'How many files had the right content already.' },
  pruned: { kind: 'integer', description: 'How many local files were deleted because the version does not have them.' },
  files: {
    kind: 'list',
    description:
      'JSON array of `{name, path, size, sha256, status}`; `path` is relative to `directory`, ' +
      '`status` is `downloaded`, `unchanged` or `would-download`.',
  },
  found: { kind: 'boolean', description: 'Whether the version was found.' },
} as const;

/** What run returns. */
export type DownloadResult = Result<typeof outputs>;

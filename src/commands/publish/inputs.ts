/** What the command `publish` takes and puts out. */
import { boolean, choice, lines, path, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import {
  MANIFEST_NAME,
  NAME_FALLBACK,
  tag,
  tagPrefix,
  VERSION_FALLBACK,
  VERSION_FROM_PIPELINE,
} from '../shared/package-inputs.ts';

export const inputs = {
  'package-name': text({
    fallback: NAME_FALLBACK,
    description: 'Name of the package. Letters, digits, `.`, `_`, `-` and `+`.',
  }),
  'package-version': text({
    fallback: VERSION_FALLBACK,
    fromPipeline: 'version',
    description: {
      all: 'Version to publish. Any text that GitLab accepts, such as `1.4.0` or `2024-05-nightly`.',
      gitlab: VERSION_FROM_PIPELINE,
    },
  }),
  tag,
  'tag-prefix': tagPrefix,
  files: lines({
    fallback: 'required; all of `directory` if that is given; with `parts` it may be absent or match nothing',
    description:
      'Patterns of the files to publish, one a line, relative to `directory`: `*`, `?`, `[…]`, `**`; a ' +
      'folder means all below it; `!` excludes and the last match wins. A pattern that is, letter by letter, the ' +
      'name of a file or folder means it (`app/[id]/page.js`).',
  }),
  directory: path({
    fallback: '`.`',
    description: "Root of the files: a file's name in the package is its path relative to this folder.",
  }),
  flatten: boolean({
    default: 'false',
    description: 'Publish base names only, without folders. Two files of one name are an error that lists both.',
  }),
  rename: lines({
    description:
      'Other names in the package, after `flatten`: `FROM => TO`, one rule a line. Each `*` in FROM is text without ' +
      '`/`, and is `{1}`, `{2}` in TO: `My App Setup *.exe => my-app-setup-{1}.exe`. The first rule that fits counts.',
  }),
  executable: lines({
    description:
      'Patterns, in the syntax of `files`, of files that get the mode 0755 in the manifest: for runners whose file ' +
      'system has no such bit, as on Windows.',
  }),
  'include-hidden-files': boolean({
    default: 'false',
    description:
      'Also publish files and folders whose name begins with a dot. A pattern that itself names one, such ' +
      'as `.config/**`, is consent enough for what lies below it. `.git` is never published.',
  }),
  'follow-symlinks': boolean({
    default: 'false',
    description:
      'Follow links that lead out of `directory`. Without it such a link is an error; links inside are ' +
      'always followed, and their number is warned of.',
  }),
  'if-no-files-found': choice({
    default: 'error',
    options: ['error', 'warn', 'ignore'],
    description: 'What to do when the patterns together match nothing.',
  }),
  'if-pattern-unmatched': choice({
    default: 'auto',
    options: ['auto', 'error', 'warn', 'ignore'],
    description:
      'What to do when one pattern of several matches nothing. `auto` is an error for a pattern without wildcards, ' +
      'and a warning for others. When nothing at all matches, `if-no-files-found` decides.',
  }),
  'if-exists': choice({
    default: 'verify',
    options: ['verify', 'skip', 'fail', 'replace', 'append'],
    description:
      'What to do when the version is complete already. `verify` succeeds without sending anything if the ' +
      'files are the same, and fails listing every difference if they are not; `skip` succeeds either way, keeps ' +
      'what is published and tells its outputs; `fail` fails either way, ' +
      'also where others made a version visible without a manifest; `replace` sends what differs and ' +
      'deletes what is no longer there, where the token may; `append` adds to what is there, and replaces ' +
      'files of the same name. An incomplete version is always completed.',
  }),
  manifest: text({
    default: MANIFEST_NAME,
    none: true,
    description:
      'Name of the manifest: the list of files with sizes, SHA-256 and modes that is written last. `none` ' +
      'writes no manifest.',
  }),
  part: text({
    identifier: true,
    description:
      'This run publishes one part of a version: a job of a matrix, or a candidate that waits for its ' +
      'test. The version stays hidden until a run with `parts` completes it. A part may have no files where ' +
      '`if-no-files-found` is not `error`.',
  }),
  parts: lines({
    fromPipeline: 'digest',
    description: {
      all:
        'Completes a version: the names of the parts that must be there, one a line. Its manifest lists the ' +
        'files of all of them, and those of this run. `NAME@sha256:…` takes the part only with this ' +
        '`digest`, which its publish or its download printed; a part that was published again since with ' +
        'other files is an error, and nothing is sent. `NAME?` may be missing, and is left out if it was built from ' +
        'another commit than the others.',
      gitlab:
        '`NAME@from-pipeline` takes the digest of what `download` of this pipeline fetched; `NAME?@from-pipeline` is ' +
        'left out where no job passed one on.',
    },
  }),
  checksums: text({
    description:
      'Name of a file to add that `sha256sum -c` reads, such as `SHA256SUMS`. It lists every other file of ' +
      'the version. Give it again with `if-exists: append`: without it the one of an earlier run stays as ' +
      'it is and does not list what was added.',
  }),
  status: choice({
    default: 'default',
    options: ['default', 'hidden'],
    description:
      'Final status of the package. A `hidden` one can be fetched by its exact version, but no listing of ' +
      'GitLab and no `latest` shows it.',
  }),
  summary: boolean({ default: 'true', platforms: ['github'], description: 'Write a job summary.' }),
  'dry-run': boolean({
    default: 'false',
    description: 'Check everything and show the plan, but send nothing.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs, as `prepare` and `run` take them. */
export type PublishInputs = ValuesOf<typeof inputs>;

export const outputs = {
  'package-name': { kind: 'text', description: 'Name of the package.' },
  'package-version': { kind: 'text', description: 'The published version.' },
  'package-url': {
    kind: 'text',
    description: "The version's page in the browser; empty after a dry run and with a token that cannot list.",
  },
  'download-url': { kind: 'text', description: "API root of the version's files: append `/` and a file's name." },
  digest: {
    kind: 'text',
    description:
      '`sha256:` and the SHA-256 of the manifest that this run wrote or found equal; empty without a ' +
      'manifest. Hand it to `download` as `expected-digest`.',
  },
  'file-count': {
    kind: 'integer',
    description:
      'How many files the version has, with those that it took over; of a part, how many the part has. The ' +
      'manifest does not count.',
  },
  bytes: { kind: 'integer', description: 'Their size together, sent or not.' },
  uploaded: { kind: 'integer', description: 'How many of them were sent.' },
  unchanged: { kind: 'integer', description: 'How many the registry had already with the same content.' },
  complete: { kind: 'boolean', description: 'Whether the version is complete after this run.' },
  'parts-missing': {
    kind: 'text',
    description: 'Names of the optional `parts` that were left out, with commas between; empty if there are none.',
  },
  'checksums-path': {
    kind: 'file',
    description: {
      all:
        'Path of a file that `sha256sum -c` reads, with a line for each file of the version; empty in a dry run. ' +
        '`actions/attest` takes it as `subject-checksums`.',
      terminal: 'Only with the flag `--checksums-path`.',
    },
  },
  files: {
    kind: 'list',
    description:
      'JSON array of `{name, url, size, sha256, status}`; `status` is `uploaded`, `unchanged`, `replaced`, or with ' +
      '`if-exists: skip` `kept` for what differs; in a dry run `would-upload`, `unchanged`, `would-replace` or `kept`.',
  },
} as const;

/** What run returns. */
export type PublishResult = Result<typeof outputs>;

/** Inputs and outputs of the command `cleanup`. */
import { boolean, choice, days, duration, integer, lines, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import { MANIFEST_NAME, NAME_FALLBACK, tagPrefix } from '../shared/package-inputs.ts';
import { variableInputs } from '../shared/variable-inputs.ts';

export const inputs = {
  'package-name': text({
    fallback: NAME_FALLBACK,
    description:
      'Name of the package, or a pattern in which `*` stands for any text. A pattern never means packages of claims ' +
      '(`claims.*`) and never `generic-packages`; each of those is named exactly or left alone.',
  }),
  'delete-older-than': days({ description: 'Delete stable versions that are older than this.' }),
  'delete-prereleases-older-than': days({ description: 'Delete prereleases that are older than this.' }),
  'delete-others-older-than': days({
    description:
      'Delete versions that are older than this and that are neither stable nor prereleases, such as `nightly`.',
  }),
  'delete-incomplete-older-than': days({
    min: '7d',
    description:
      'Delete hidden leftovers that are older than this: hidden versions without a manifest that no job ' +
      'of GitLab CI/CD may still complete. Name in `keep` what is hidden on purpose.',
  }),
  'delete-not-downloaded-for': days({
    description:
      'Of the versions that the four rules above would delete, delete only those that nobody has downloaded for this ' +
      'long. A version that was never downloaded counts from its creation.',
  }),
  'delete-duplicates': boolean({
    default: 'false',
    description:
      'In visible versions that stay, delete files that a newer file of the same name hides, if they are older than ' +
      '24 hours and no manifest names them. Manifests are read for it, which GitLab counts as a download.',
  }),
  'delete-claims-older-than': days({
    description:
      'Delete claims that are older than this, of runs that are over, whose number is lower than the highest stable ' +
      'version of the same `major.minor`. The highest claim of each such line stays.',
  }),
  'keep-latest': integer({
    default: '10',
    min: 1,
    max: 100_000,
    description: 'Keep this many of the highest stable versions, in the order of `latest`.',
  }),
  'keep-per': choice({
    default: 'none',
    options: ['none', 'major', 'minor'],
    description: 'Count `keep-latest` within each major or each `major.minor`, or over all versions (`none`).',
  }),
  keep: lines({ description: 'Keep these versions: exact ones, or ranges such as `1.x`.' }),
  'keep-tagged': boolean({
    default: 'true',
    description:
      'Keep versions that a tag (`tag-prefix` and the version) or a release names, and those that a release links ' +
      'to. Where no tag and no release fits any version of a package, the run fails.',
  }),
  'keep-tagged-projects': lines({
    description: 'Projects, besides `project`, whose tags and releases count for `keep-tagged`: ids or full paths.',
  }),
  'tag-prefix': tagPrefix,
  'keep-variable': lines({
    description: 'Keep the versions that these CI/CD variables hold. Needs `variable-token`.',
  }),
  ...variableInputs,
  manifest: text({
    default: MANIFEST_NAME,
    none: true,
    description: 'Name of the manifest, which tells complete versions from leftovers.',
  }),
  'max-deletions': integer({
    default: '100',
    min: 0,
    max: 1_000_000,
    description: 'Most versions that a run may delete. If more would go, the run deletes nothing and fails.',
  }),
  'max-share': text({
    default: '50%',
    description:
      'Largest share of the versions of one package that a run may delete, such as `50%`. If more would go, the run ' +
      'deletes nothing and fails. Packages of fewer than 5 versions are exempt.',
  }),
  'dry-run': boolean({
    default: 'true',
    description: 'Show what would be deleted, and delete nothing. Set it to `false` to delete.',
  }),
  'expected-plan': text({
    description:
      'A plan that was reviewed. The path of its file (output `plan-path` of a dry run): only its deletions are ' +
      'done, and of these only those that still qualify; a run that was stopped goes on with it. Or its digest ' +
      '(`sha256:…`): if the plan of this run is another one, nothing is deleted.',
  }),
  ...connectionInputs,
  // After the connection's, whose has no default: rate limits are waited for here.
  'max-time': duration({
    default: '1h',
    description:
      'Time limit of the whole run, such as `20m` or `2h`; a number without a unit is seconds. Rate limits are ' +
      'waited for as long as it allows. A run that reaches it tells what is done and what is not.',
  }),
} as const;

/** The parsed inputs, as plan and run take them. */
export type CleanupInputs = ValuesOf<typeof inputs>;

export const outputs = {
  deleted: {
    kind: 'list',
    description: 'JSON array of `{kind, name, version, rule, bytes}`: what was deleted. Empty in a dry run.',
  },
  kept: {
    kind: 'list',
    description: 'JSON array of `{name, version, type, reason}`: the versions that stay, and why.',
  },
  plan: {
    kind: 'list',
    description: 'JSON array of all deletions of the plan. Its file is what `expected-plan` takes.',
  },
  'deleted-count': { kind: 'integer', description: 'How many versions were deleted.' },
  'kept-count': { kind: 'integer', description: 'How many versions stay.' },
  'planned-count': { kind: 'integer', description: 'How many versions the plan deletes.' },
  'bytes-freed': { kind: 'integer', description: 'Bytes that came free, as far as GitLab tells.' },
  'plan-digest': { kind: 'text', description: 'Digest of the deletions of the plan, `sha256:…`.' },
} as const;

/** What run returns. */
export type CleanupResult = Result<typeof outputs>;

/** A version's files taken together, this run's and those it takes over: judged before anything is sent. */
import { Failure } from '../../../core/errors.ts';
import { formatCount } from '../../../core/format.ts';
import { nameProblems } from '../../../core/names/file-names.ts';
import { harmless } from '../../../core/text.ts';
import { manifestLimitProblem, type ManifestFile } from '../../../transfer/remote/manifest.ts';
import type { LocalFile } from '../../../transfer/model.ts';
import type { PublishInputs } from '../inputs.ts';

interface Union {
  readonly owner: { readonly name: string; readonly version: string };
  readonly files: readonly LocalFile[];
  readonly inherited: readonly ManifestFile[];
  readonly inputs: PublishInputs;
  readonly os: NodeJS.Platform;
}

/**
 * Throws `bad-name` for names that no download would place, `refused` for more than a manifest may
 * list. This run's own names were judged when they were selected; what is taken over was listed by
 * somebody else, and is judged as a download would.
 */
export function refuseUnion({ owner, files, inherited, inputs, os }: Union): void {
  const what = `${owner.name} ${owner.version}`;
  const all = [...files, ...inherited];
  const names = inherited.length === 0 ? [] : all.map(({ name }) => name);
  const problems = nameProblems(names, { os, direction: 'download' });
  if (problems.length > 0) {
    throw new Failure(
      'bad-name',
      `${what} cannot be published: ${formatCount(problems.length, 'name')} could not be placed by a download`,
      {
        problems: problems.map(({ name, problem }) => `${harmless(name)}: ${problem}`),
        hint:
          'Nothing was sent. The names that are not among the input files are listed by a manifest in the ' +
          'registry: publish that part again, or publish under a new version.',
      },
    );
  }
  if (inputs.manifest === undefined) return;
  const checksums =
    inputs.checksums === undefined
      ? []
      : [{ name: inputs.checksums, size: Number.MAX_SAFE_INTEGER, mode: '0644' as const }];
  const problem = manifestLimitProblem(owner, [...all, ...checksums]);
  if (problem === undefined) return;
  throw new Failure('refused', `${what} cannot be published: ${problem}`, {
    hint: 'Nothing was sent. Publish fewer files, as several packages or packed into archives.',
  });
}

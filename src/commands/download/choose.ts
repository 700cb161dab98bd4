/** What of a version is wanted, and everything that refuses the version whole before anything is placed. */
import { Failure } from '../../core/errors.ts';
import { formatCount, formatNames } from '../../core/format.ts';
import { nameProblems } from '../../core/names/file-names.ts';
import { parsePatterns } from '../../core/patterns/patterns.ts';
import { harmless } from '../../core/text.ts';
import type { Tools } from '../../definitions/command.ts';
import { findStrays, selectContent } from '../../transfer/remote/content.ts';
import { flattenProblems } from '../../core/names/flatten.ts';
import type { WantedFile } from '../../transfer/local/targets.ts';
import type { DownloadTarget } from './plan.ts';
import type { DownloadInputs } from './inputs.ts';
import type { ResolvedVersion } from './resolve.ts';

/** Throws for a version that is not the expected one, or has a name that cannot be placed safely. */
export function refuseContent(
  { ref, content }: ResolvedVersion,
  target: DownloadTarget,
  inputs: DownloadInputs,
  tools: Tools,
): void {
  const what = `${ref.name} ${ref.version}`;
  if (inputs['require-manifest'] && !content.hasManifest) {
    throw new Failure('not-found', `${what} has no manifest ${inputs.manifest ?? ''}, and require-manifest is true`, {
      hint: 'Nothing was fetched. The version is incomplete, or was not published with this tool.',
    });
  }
  if (target.expectedDigest !== undefined && target.expectedDigest !== content.digest) {
    throw new Failure(
      'digest-mismatch',
      `${what} has the digest ${content.digest}, but expected-digest is ${target.expectedDigest}`,
      {
        hint: 'Nothing was fetched. The version is not the one that was meant, or it was changed since.',
      },
    );
  }
  const names = content.files.map(({ name }) => name);
  const problems = nameProblems(names, { os: tools.context.os, direction: 'download' });
  if (problems.length === 0) return;
  throw new Failure(
    'bad-name',
    `${what} is refused: ${formatCount(problems.length, 'name')} of ${names.length} cannot be placed safely`,
    {
      problems: problems.map(({ name, problem }) => `${harmless(name)}: ${problem}`),
      hint: 'Nothing was fetched. The version was not made by a publisher to trust, or is not meant for this system.',
    },
  );
}

/** What a manifest does not list is no part of the version, but worth a word. */
export async function warnOfStrays(
  { ref, content }: ResolvedVersion,
  inputs: DownloadInputs,
  tools: Tools,
): Promise<void> {
  if (!content.hasManifest || inputs.manifest === undefined || inputs.part !== undefined) return;
  const strays = await findStrays(ref, content, inputs.manifest);
  if (strays.length === 0) return;
  tools.log.warn(
    `${formatCount(strays.length, 'file')} in the registry not listed by the manifest, and not fetched: ${formatNames(strays, 20)}`,
  );
}

/** The files that the patterns select; the manifest itself only when a pattern is its very name. */
export function selectWanted(
  { content }: ResolvedVersion,
  inputs: DownloadInputs,
  tools: Tools,
): readonly WantedFile[] {
  const { patterns } = parsePatterns(inputs.files, { os: tools.context.os });
  const { files: wanted, unmatched } = selectContent(content, patterns);
  for (const pattern of unmatched) tools.log.warn(`The pattern ${pattern} matches no file of the version`);
  if (wanted.length === 0 && content.files.length > 0) {
    throw new Failure('no-files', `No file of the version matches: ${inputs.files.join(', ')}`, {
      problems: [
        `the version has ${formatNames(
          content.files.map(({ name }) => name),
          20,
        )}`,
      ],
      hint: 'Patterns are over the names in the package, from its root.',
    });
  }
  const problems = inputs.flatten ? flattenProblems(wanted) : [];
  if (problems.length === 0) return wanted;
  throw new Failure('bad-name', 'Several files would be placed under one name, for flatten is true', {
    problems,
    hint: 'Nothing was fetched. Leave flatten away, or select fewer files.',
  });
}

/** Which files of the version become links; a version that is not complete has none. */
import { Failure } from '../../core/errors.ts';
import { formatCount, formatNames } from '../../core/format.ts';
import { nameProblems } from '../../core/names/file-names.ts';
import { parseNamePatterns } from '../../core/patterns/patterns.ts';
import { harmless } from '../../core/text.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import { readContent, selectContent, type Content } from '../../transfer/remote/content.ts';
import { urlOf, type VersionRef } from '../../transfer/remote/stored-version.ts';
import type { ReleaseIntent } from './intent.ts';
import type { ReleaseInputs } from './inputs.ts';
import type { WantedLink } from './links.ts';
import { missingVersion } from './missing-version.ts';

/** Reads the version and selects; throws before anything is written. */
export async function findWanted(
  client: Client,
  intent: ReleaseIntent,
  inputs: ReleaseInputs,
  { log, context }: Pick<Tools, 'log' | 'context'>,
): Promise<readonly WantedLink[]> {
  const { packageName: name, version, packageProject } = intent;
  const ref: VersionRef = { client, project: packageProject, name, version: version.version };
  const content = await readContent(ref, inputs.manifest);
  if (content === undefined) throw await missingVersion(ref, context.platform);
  refuseNames(ref, content);
  const { patterns } = parseNamePatterns(inputs.files);
  const { files, unmatched } = selectContent(content, patterns);
  for (const pattern of unmatched) log.warn(`The pattern ${pattern} matches no file of the version`);
  if (files.length === 0) throw nothingSelected(ref, content, inputs);
  return files.map((file) => ({ file: file.name, url: urlOf(ref, file.name).href }));
}

/** An address of a name with `..` in it would lead elsewhere. */
function refuseNames({ name, version }: VersionRef, { files }: Content): void {
  const problems = nameProblems(
    files.map((file) => file.name),
    { os: 'linux', direction: 'download' },
  );
  if (problems.length === 0) return;
  throw new Failure(
    'bad-name',
    `${name} ${version} is refused: ${formatCount(problems.length, 'name')} of ${files.length} cannot be linked safely`,
    {
      problems: problems.map((one) => `${harmless(one.name)}: ${one.problem}`),
      hint: 'Nothing was released. The version was not made by a publisher to trust.',
    },
  );
}

function nothingSelected({ name, version }: VersionRef, { files }: Content, inputs: ReleaseInputs): Failure {
  return new Failure('no-files', `No file of ${name} ${version} matches: ${inputs.files.join(', ')}`, {
    problems: [
      `the version has ${formatNames(
        files.map((file) => file.name),
        20,
      )}`,
    ],
    hint: 'Nothing was released. Write patterns as the names in the package, from its root.',
  });
}

/** Which local files a publish takes, with every problem of their names and places reported at once. */
import { resolve } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import { globProblems } from '../../core/patterns/glob-syntax.ts';
import { nameProblems } from '../../core/names/file-names.ts';
import { selectFiles } from '../../core/selection/selection.ts';
import { harmless } from '../../core/text.ts';
import { typedSwitch } from '../../definitions/naming.ts';
import type { Tools } from '../../definitions/command.ts';
import { baseName, flattenProblems } from '../../core/names/flatten.ts';
import { isRecord } from '../../transfer/remote/records.ts';
import { fileSource, unreadableProblems } from '../../transfer/local/source.ts';
import type { FileMode } from '../../transfer/remote/manifest.ts';
import type { LocalFile } from '../../transfer/model.ts';
import { withoutLogFile } from '../shared/log-file.ts';
import type { PublishInputs } from './inputs.ts';

/** Empty only when nothing matched and that was said to be fine. */
export async function selectLocal(inputs: PublishInputs, tools: Tools): Promise<readonly LocalFile[]> {
  const { cwd, os, platform } = tools.context;
  const directory = resolve(cwd, inputs.directory);
  const selection = await selectFiles({
    patterns: inputs.files,
    directory,
    includeHidden: inputs['include-hidden-files'],
    followSymlinks: inputs['follow-symlinks'],
    os,
  });
  for (const pattern of selection.unmatchedPatterns) {
    tools.log.warn(`The pattern ${pattern} matches no file in ${directory}`);
  }
  if (selection.hiddenLeftOut > 0) {
    tools.log.info(
      `${formatCount(selection.hiddenLeftOut, 'hidden file')} left out; ` +
        `${typedSwitch('include-hidden-files', true, platform)} takes them along`,
    );
  }
  const problems = [
    ...(await globProblems(inputs.files)),
    ...selection.problems,
    ...(inputs.flatten ? flattenProblems(selection.files) : []),
    ...unreadableProblems(selection.files),
  ];
  const chosen = await withoutLogFile(selection.files, inputs, tools.context);
  if (chosen.length < selection.files.length) {
    tools.log.info('The file that `log-file` names is left out: it is never published');
  }
  const files = chosen.map(({ name, path, size, mode }) => ({
    name: inputs.flatten ? baseName(name) : name,
    size,
    mode: modeOf(mode),
    source: fileSource(path, size),
  }));
  refuseNames(files, problems, inputs, tools);
  if (files.length === 0 && inputs.parts.length === 0) reportNothing(inputs, directory, selection.hiddenLeftOut, tools);
  return files;
}

function refuseNames(
  files: readonly LocalFile[],
  selectionProblems: readonly string[],
  inputs: PublishInputs,
  tools: Tools,
): void {
  const names = files.map(({ name }) => name);
  const problems = [
    ...selectionProblems,
    ...nameProblems(names, { os: tools.context.os, direction: 'publish' }).map(
      ({ name, problem }) => `${harmless(name)}: ${problem}`,
    ),
    ...names.flatMap((name) => ownNameProblem(name, inputs) ?? []),
  ];
  if (problems.length === 0) return;
  const badNames = problems.length > selectionProblems.length;
  throw new Failure(
    badNames ? 'bad-name' : 'local-file',
    `The selected files cannot be published: ${formatCount(problems.length, 'problem')}`,
    {
      problems,
      hint: badNames
        ? 'Nothing was sent. Rename these files, or leave them out with a pattern that begins with !.'
        : 'Nothing was sent. Correct the input directory, the patterns or the permissions of these files; a ' +
          'pattern that begins with ! leaves files out.',
    },
  );
}

/** Names that this run or its like writes themselves. */
function ownNameProblem(name: string, inputs: PublishInputs): string | undefined {
  if (name === inputs.manifest) {
    return `${name}: is the name of the manifest; give another one with the input manifest, or none`;
  }
  if (name === inputs.checksums)
    return `${name}: is the name of the checksums file; give another one with the input checksums`;
  return isRecord(name) ? `${name}: is a name that this tool keeps for its own files` : undefined;
}

function reportNothing(inputs: PublishInputs, directory: string, hidden: number, tools: Tools): void {
  const message = `No file in ${directory} matches: ${inputs.files.join(', ')}`;
  const hint =
    hidden > 0
      ? 'All that matches is hidden: set ' +
        `${typedSwitch('include-hidden-files', true, tools.context.platform)}, or name the hidden folder ` +
        'in a pattern.'
      : 'Check that the files were built or checked out before this step, and that patterns are relative to ' +
        'the input directory.';
  switch (inputs['if-no-files-found']) {
    case 'error':
      throw new Failure('no-files', message, { hint });
    case 'warn':
      tools.log.warn(`${message}. ${hint}`);
      return;
    case 'ignore':
      tools.log.info(message);
  }
}

/** Only whether the owner may execute it travels. */
function modeOf(bits: number): FileMode {
  return (bits & 0o100) === 0 ? '0644' : '0755';
}

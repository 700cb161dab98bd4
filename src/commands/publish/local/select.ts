/** Which local files a publish takes, with every problem of their names and places reported at once. */
import { Failure } from '../../../core/errors.ts';
import { formatCount } from '../../../core/format.ts';
import { globProblems } from '../../../core/patterns/glob-syntax.ts';
import { foreignSystemProblems, nameProblems } from '../../../core/names/file-names.ts';
import { renameAll } from '../../../core/names/rename.ts';
import { selectNames } from '../../../core/patterns/patterns.ts';
import { parseLocalPatterns, selectFiles } from '../../../core/selection/selection.ts';
import type { SelectedFile } from '../../../core/selection/walk.ts';
import { harmless, quoted } from '../../../core/text.ts';
import { typedSwitch } from '../../../definitions/naming.ts';
import type { Tools } from '../../../definitions/command.ts';
import { baseName, flattenProblems, sharedNameProblems } from '../../../core/names/flatten.ts';
import { isRecordName } from '../../../transfer/remote/records.ts';
import { isTemporary } from '../../../transfer/local/temporary.ts';
import { fileSource, unreadableProblems } from '../../../transfer/local/source.ts';
import type { FileMode } from '../../../transfer/remote/manifest.ts';
import type { LocalFile } from '../../../transfer/model.ts';
import { withoutLogFile } from '../../shared/log-file.ts';
import type { PublishInputs } from '../inputs.ts';
import type { LocalRequest } from '../intent.ts';
import { followedText, foreignNamesText, leftoversText } from '../messages.ts';
import { misreadText, refuseUnmatched } from './unmatched.ts';

/** Empty only when nothing matched and that was said to be fine. */
export async function selectLocal(
  local: LocalRequest,
  inputs: PublishInputs,
  tools: Tools,
): Promise<readonly LocalFile[]> {
  const { os, platform } = tools.context;
  const { directory } = local;
  const selection = await selectFiles({
    patterns: local.patterns,
    directory,
    includeHidden: inputs['include-hidden-files'],
    followSymlinks: inputs['follow-symlinks'],
    os,
  });
  if (selection.hiddenLeftOut > 0) {
    tools.log.info(
      `${formatCount(selection.hiddenLeftOut, 'hidden file')} left out; ` +
        `${typedSwitch('include-hidden-files', true, platform)} takes them along`,
    );
  }
  if (selection.followedLinks > 0) tools.log.warn(followedText(selection.followedLinks));
  const isLeftover = ({ name }: SelectedFile): boolean => isTemporary(baseName(name));
  const leftovers = selection.files.filter(isLeftover).map(({ name }) => name);
  const candidates = selection.files.filter((file) => !isLeftover(file));
  const selected = await withoutLogFile(candidates, inputs, tools.context);
  if (selected.length < candidates.length) {
    tools.log.info('The file that `log-file` names is left out: it is never published');
  }
  if (leftovers.length > 0) tools.log.warn(leftoversText(leftovers));
  const named = nameFiles(selected, local, inputs, tools);
  const problems = [
    ...(await globProblems(local.patterns)),
    ...selection.problems,
    ...named.problems,
    ...unreadableProblems(selected),
  ];
  refuseNames(named.files, problems, inputs, tools);
  refuseUnmatched(selection.unmatched, local, inputs, tools);
  const foreign = foreignSystemProblems(named.files.map(({ name }) => name));
  if (foreign.length > 0) tools.log.warn(foreignNamesText(foreign));
  if (named.files.length === 0 && inputs.parts.length === 0) {
    reportNothing(local, inputs, selection.hiddenLeftOut, tools);
  }
  return named.files;
}

/** What the files are called in the package, and what of these names cannot be. */
function nameFiles(
  selected: readonly SelectedFile[],
  { directory, renames }: LocalRequest,
  inputs: PublishInputs,
  { context, log }: Tools,
): { readonly files: readonly LocalFile[]; readonly problems: readonly string[] } {
  const flat = selected.map(({ name }) => (inputs.flatten ? baseName(name) : name));
  const { names, unused } = renameAll(renames, flat);
  for (const { text } of unused) log.warn(`The rule ${quoted(text)} of \`rename\` fits no file`);
  const executable = namedExecutable(selected, inputs.executable, { directory, os: context.os }, log);
  const files = selected.map((file, index) => ({
    name: names[index] ?? file.name,
    size: file.size,
    mode: executable.has(file.name) ? '0755' : modeOf(file.mode),
    source: fileSource(file),
  }));
  const clashes = inputs.flatten ? flattenProblems(selected) : [];
  if (clashes.length > 0 || renames.length === 0) return { files, problems: clashes };
  const pairs = flat.map((name, index) => ({ name, becomes: names[index] ?? name }));
  return { files, problems: sharedNameProblems(pairs, 'after `rename` they are all called') };
}

/** Paths relative to the directory, as `files` has them. */
function namedExecutable(
  selected: readonly SelectedFile[],
  lines: readonly string[],
  place: { readonly directory: string; readonly os: NodeJS.Platform },
  log: Tools['log'],
): ReadonlySet<string> {
  const { patterns } = parseLocalPatterns(lines, place);
  const { names, unmatched } = selectNames(
    patterns,
    selected.map(({ name }) => name),
  );
  for (const text of unmatched) log.warn(`The pattern ${quoted(text)} of \`executable\` matches no selected file`);
  return new Set(names);
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
    ...names.flatMap((name) => {
      const problem = ownNameProblem(name, inputs);
      return problem === undefined ? [] : [`${harmless(name)}: ${problem}`];
    }),
  ];
  if (problems.length === 0) return;
  const badNames = problems.length > selectionProblems.length;
  throw new Failure(
    badNames ? 'bad-name' : 'local-file',
    `The selected files cannot be published: ${formatCount(problems.length, 'problem')}`,
    {
      problems,
      hint: badNames
        ? 'Nothing was sent. Give these files other names with `rename`, or leave them out with a pattern that ' +
          'begins with `!`.'
        : 'Nothing was sent. Correct the input directory, the patterns or the permissions of these files; a ' +
          'pattern that begins with ! leaves files out.',
    },
  );
}

/** Ours are the manifest, the checksums file and the records; a name below one of them would make it a folder. */
export function ownNameProblem(name: string, inputs: PublishInputs): string | undefined {
  const [top = name] = name.split('/');
  const is = top === name ? 'is' : `needs a folder \`${harmless(top)}\`, which is`;
  if (top === inputs.manifest)
    return `${is} the name of the manifest; give it another one with \`manifest\`, or \`none\``;
  if (top === inputs.checksums) return `${is} the name of the checksums file; give it another one with \`checksums\``;
  return isRecordName(top) ? `${is} a name that this program keeps for its own files` : undefined;
}

function reportNothing(local: LocalRequest, inputs: PublishInputs, hidden: number, tools: Tools): void {
  const misread = new Set(local.patterns.map(misreadText));
  const shown = local.patterns.join(', ');
  const message = excludesAll(local)
    ? `files: no pattern takes a file of ${local.directory} in: ${shown}`
    : `No file in ${local.directory} matches: ${shown}${[...misread].join('')}`;
  const hint =
    hidden > 0
      ? 'All that matches is hidden: set ' +
        `${typedSwitch('include-hidden-files', true, tools.context.platform)}, or name the hidden folder ` +
        'in a pattern.'
      : nothingHint(local);
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

function excludesAll({ patterns }: LocalRequest): boolean {
  return patterns.every((pattern) => pattern.startsWith('!'));
}

function nothingHint(local: LocalRequest): string {
  if (excludesAll(local)) {
    return 'A pattern that begins with `!` takes files out: begin with one that takes them in, such as `**`.';
  }
  return (
    'Check that the files were built or checked out before this step, and that patterns are relative to the input ' +
    '`directory`.'
  );
}

/** Only whether the owner may execute it travels. */
function modeOf(bits: number): FileMode {
  return (bits & 0o100) === 0 ? '0644' : '0755';
}

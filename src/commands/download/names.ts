/** Whether names may be placed: all of a version safe anywhere, the selected ones possible on this system. Pure. */
import { Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import { nameProblems, type NameProblem } from '../../core/names/file-names.ts';
import { harmless, quoted } from '../../core/text.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput } from '../../definitions/naming.ts';
import type { Placement } from '../../transfer/local/targets.ts';

/** So many patterns are shown as an example. */
const MOST_PATTERNS = 3;
const NOTHING_FETCHED = 'Nothing was fetched.';

/** Where files are to be placed, and how the user asks for them. */
export interface NamesRequest {
  readonly os: NodeJS.Platform;
  readonly platform: Platform;
  /** The patterns as given. */
  readonly files: readonly string[];
}

/** Refuses a whole version for names that no system can take safely. `what`: package and version. */
export function unsafeNames(what: string, names: readonly string[]): Failure | undefined {
  // No folding, no device: the rules that hold on every system.
  const problems = nameProblems(names, { os: 'linux', direction: 'download' });
  if (problems.length === 0) return undefined;
  const count = `${formatCount(problems.length, 'name')} of ${names.length}`;
  return new Failure('bad-name', `${what} is refused: ${count} cannot be placed safely`, {
    problems: problems.map(problemLine),
    hint:
      `${NOTHING_FETCHED} No pattern helps, for such names are safe on no system. Ask who published the version ` +
      'to publish it again under other names.',
  });
}

/** Refuses the selected files that this system cannot hold, or cannot hold side by side. */
export function impossibleNames(
  what: string,
  placements: readonly Placement[],
  request: NamesRequest,
): Failure | undefined {
  const { os } = request;
  const nameAt = new Map(placements.map(({ place, file }) => [place, file.name]));
  const problems = nameProblems(nameAt.keys(), { os, direction: 'download' }).map(({ name, problem }) => ({
    name: nameAt.get(name) ?? name,
    problem,
  }));
  if (problems.length === 0) return undefined;
  const [count, system] = [formatCount(problems.length, 'selected file'), systemName(os)];
  return new Failure('bad-name', `${what}: ${count} of ${placements.length} cannot be placed on ${system}`, {
    problems: problems.map(problemLine),
    hint:
      `${NOTHING_FETCHED} ${leaveOut(problems, request)} ` +
      `Or run the download on a system that can hold these names.`,
  });
}

function leaveOut(problems: readonly NameProblem[], { files, platform }: NamesRequest): string {
  const left = problems.slice(0, MOST_PATTERNS).map(({ name }) => exclusionOf(name));
  const more = problems.length > left.length ? ', and so on' : '';
  const input = typedInput('files', platform);
  const example =
    platform === 'terminal'
      ? quoted([...files, ...left].map((pattern) => `${input} ${shellWord(pattern)}`).join(' '))
      : `${quoted(`${input}: ${left.join(', ')}`)}, one a line, after ${quoted(files.join(', '))}`;
  return `Leave ${problems.length === 1 ? 'this file' : 'these files'} out: ${example}${more}.`;
}

/** The pattern that takes out exactly this name. Blanks at an end of a line would not count. */
function exclusionOf(name: string): string {
  const escaped = name.replace(/[*?[]/g, '[$&]').replace(/^[! ]|\s$/g, (character) => escapeEdge(character));
  return `!${escaped}`;
}

function escapeEdge(character: string): string {
  return character === '!' ? String.raw`\!` : `[${character}]`;
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function problemLine({ name, problem }: NameProblem): string {
  return `${harmless(name)}: ${problem}`;
}

function systemName(os: NodeJS.Platform): string {
  if (os === 'win32') return 'Windows';
  return os === 'darwin' ? 'macOS' : 'this system';
}

/** What is known of a command line while its flags are read, and what becomes of it at the end. */
import { flag } from '../../definitions/naming.ts';
import type { Raw } from '../../definitions/parse.ts';
import type { AnyCommand } from '../../definitions/command.ts';
import type { Platform } from '../../definitions/context.ts';
import { keptOutputs } from '../../definitions/outputs.ts';
import { listFlags, type FlagMeaning, type GlobalFlag, type SecretPlace } from './flag-names.ts';
import { describeGivenTwice, describeUnshown } from './flag-problems.ts';
import type { ReadingProblem } from '../host.ts';

/** The flags of a command line, read. */
export interface GivenFlags {
  readonly globals: ReadonlySet<GlobalFlag>;
  readonly given: ReadonlyMap<string, Raw>;
  readonly secretPlaces: ReadonlyMap<string, SecretPlace>;
  /** Files that outputs are to be written to, by the name of the output. */
  readonly outputPaths: ReadonlyMap<string, string>;
  readonly problems: readonly ReadingProblem[];
}

export interface FlagDraft {
  readonly command: AnyCommand;
  readonly platform: Platform;
  readonly meanings: ReadonlyMap<string, FlagMeaning>;
  readonly globals: Set<GlobalFlag>;
  readonly texts: Map<string, string[]>;
  readonly places: Map<string, SecretPlace[]>;
  readonly outputPaths: Map<string, string[]>;
  readonly problems: ReadingProblem[];
  /** Arguments with a dash whose names are not shown, for they may hold anything. */
  unnamed: number;
  stray: number;
}

/** What is known before the first flag is read. */
export function emptyDraft(command: AnyCommand, platform: Platform): FlagDraft {
  return {
    command,
    platform,
    meanings: listFlags(command, platform),
    globals: new Set(),
    texts: new Map(),
    places: new Map(),
    outputPaths: new Map(),
    problems: [],
    unnamed: 0,
    stray: 0,
  };
}

/** Adds an item to the list of that name, which it makes if need be. */
export function append<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [item]);
  else list.push(item);
}

/** Joins lists, and finds what was given more than once. */
export function completeDraft(draft: FlagDraft): GivenFlags {
  const given = new Map<string, Raw>();
  for (const [name, texts] of draft.texts) {
    const kind = draft.command.inputs[name]?.kind;
    if (kind !== 'lines' && texts.length > 1)
      draft.problems.push({ input: name, line: describeGivenTwice(flag(name)) });
    given.set(name, { text: texts.join('\n'), source: flag(name) });
  }
  const secretPlaces = new Map<string, SecretPlace>();
  for (const [name, places] of draft.places) {
    const [first] = places;
    const flags = `${flag(`${name}-env`)} or ${flag(`${name}-file`)}`;
    if (places.length > 1) draft.problems.push({ input: name, line: describeGivenTwice(flags) });
    if (first !== undefined) secretPlaces.set(name, first);
  }
  const outputPaths = new Map<string, string>();
  for (const [output, paths] of draft.outputPaths) {
    const [path = ''] = paths;
    const name = flag(keptOutputs(draft.command.outputs).find((kept) => kept.output === output)?.pathName ?? output);
    if (paths.length > 1) draft.problems.push({ line: describeGivenTwice(name) });
    if (path === '') draft.problems.push({ line: `${name}: needs a value` });
    outputPaths.set(output, path);
  }
  const stdin = [...secretPlaces.values()].filter((place) => place.from === 'file' && place.name === '-');
  if (stdin.length > 1) draft.problems.push({ line: 'standard input can hold one secret only' });
  draft.problems.push(...describeUnshown(draft.unnamed, draft.stray));
  return { globals: draft.globals, given, secretPlaces, outputPaths, problems: draft.problems };
}

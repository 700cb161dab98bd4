/** What is known of a command line while its flags are read, and what becomes of it at the end. */
import { flag } from '../../definitions/naming.ts';
import type { Raw } from '../../definitions/parse.ts';
import type { AnyCommand } from '../../definitions/command.ts';
import { meaningsOf, type GlobalFlag, type Meaning, type SecretPlace } from './flag-names.ts';
import { countedProblems, givenTwice } from './flag-problems.ts';
import type { ReadingProblem } from '../host.ts';

export interface Flags {
  readonly globals: ReadonlySet<GlobalFlag>;
  readonly given: ReadonlyMap<string, Raw>;
  readonly secretPlaces: ReadonlyMap<string, SecretPlace>;
  readonly problems: readonly ReadingProblem[];
}

export interface Draft {
  readonly command: AnyCommand;
  readonly meanings: ReadonlyMap<string, Meaning>;
  readonly globals: Set<GlobalFlag>;
  readonly texts: Map<string, string[]>;
  readonly places: Map<string, SecretPlace[]>;
  readonly problems: ReadingProblem[];
  /** Arguments with a dash whose names are not shown, for they may hold anything. */
  unnamed: number;
  stray: number;
}

/** What is known before the first flag is read. */
export function emptyDraft(command: AnyCommand): Draft {
  return {
    command,
    meanings: meaningsOf(command),
    globals: new Set(),
    texts: new Map(),
    places: new Map(),
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
export function complete(draft: Draft): Flags {
  const given = new Map<string, Raw>();
  for (const [name, texts] of draft.texts) {
    const kind = draft.command.inputs[name]?.kind;
    if (kind !== 'lines' && texts.length > 1) draft.problems.push({ input: name, line: givenTwice(flag(name)) });
    given.set(name, { text: texts.join('\n'), source: flag(name) });
  }
  const secretPlaces = new Map<string, SecretPlace>();
  for (const [name, places] of draft.places) {
    const [first] = places;
    const flags = `${flag(`${name}-env`)} or ${flag(`${name}-file`)}`;
    if (places.length > 1) draft.problems.push({ input: name, line: givenTwice(flags) });
    if (first !== undefined) secretPlaces.set(name, first);
  }
  const stdin = [...secretPlaces.values()].filter((place) => place.from === 'file' && place.name === '-');
  if (stdin.length > 1) draft.problems.push({ line: 'standard input can hold one secret only' });
  draft.problems.push(...countedProblems(draft.unnamed, draft.stray));
  return { globals: draft.globals, given, secretPlaces, problems: draft.problems };
}

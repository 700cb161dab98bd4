/** Base names instead of paths, and files that would share a name. */
import { formatNames } from '../format.ts';
import { harmless } from '../text.ts';

/** So many names stand in one sentence; the others are counted. */
const MOST_NAMES = 10;

export function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** One sentence for each base name that several files have, naming the first of them. */
export function flattenProblems(files: readonly { readonly name: string }[]): string[] {
  const pairs = files.map(({ name }) => ({ name, becomes: baseName(name) }));
  return sharedNameProblems(pairs, 'without folders they are all called');
}

/** The same for any names that files get; `how` reads on between the old names and the new one. */
export function sharedNameProblems(
  files: readonly { readonly name: string; readonly becomes: string }[],
  how: string,
): string[] {
  const byName = new Map<string, string[]>();
  for (const { name, becomes } of files) {
    const sharing = byName.get(becomes);
    if (sharing === undefined) byName.set(becomes, [name]);
    else sharing.push(name);
  }
  return [...byName]
    .filter(([, names]) => names.length > 1)
    .map(([becomes, names]) => `${formatNames(names, MOST_NAMES)}: ${how} ${harmless(becomes)}`);
}

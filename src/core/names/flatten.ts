/** Base names instead of paths, and the files that would then share one. */
import { formatNames } from '../format.ts';
import { harmless } from '../text.ts';

/** So many names stand in one sentence; the others are counted. */
const MOST_NAMES = 10;

export function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** One sentence for each base name that several files have, naming the first of them. */
export function flattenProblems(files: readonly { readonly name: string }[]): string[] {
  const byBase = new Map<string, string[]>();
  for (const { name } of files) {
    const base = baseName(name);
    const sharing = byBase.get(base);
    if (sharing === undefined) byBase.set(base, [name]);
    else sharing.push(name);
  }
  return [...byBase]
    .filter(([, names]) => names.length > 1)
    .map(([base, names]) => `${formatNames(names, MOST_NAMES)}: without folders they are all called ${harmless(base)}`);
}

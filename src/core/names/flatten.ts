/** Base names instead of paths, and the files that would then share one. */
import { harmless } from '../text.ts';

export function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** One sentence for each base name that several files have, naming all of them. */
export function flattenProblems(files: readonly { readonly name: string }[]): string[] {
  const byBase = new Map<string, string[]>();
  for (const { name } of files) byBase.set(baseName(name), [...(byBase.get(baseName(name)) ?? []), name]);
  return [...byBase]
    .filter(([, names]) => names.length > 1)
    .map(
      ([base, names]) =>
        `${names.map((name) => harmless(name)).join(' and ')}: without folders they are all called ${harmless(base)}`,
    );
}

/** What the links of a release are called: as files, for clients that store a file under its link's name. Pure. */

/** In place of the slashes of a path; one that makes no name twice is taken. */
const SEPARATORS = ['-', '_', '--', '__'] as const;

/**
 * A name for each file: its base name where no other file has that and no other link is called so, else its path with
 * the slashes replaced. A file outside of any folder keeps its name. `taken`: names of links that stay as they are.
 */
export function nameLinks(files: readonly string[], taken: ReadonlySet<string>): ReadonlyMap<string, string> {
  const bases = new Map<string, number>();
  for (const file of files) bases.set(baseOf(file), (bases.get(baseOf(file)) ?? 0) + 1);
  const isPlain = (file: string): boolean =>
    !file.includes('/') || (bases.get(baseOf(file)) === 1 && !taken.has(baseOf(file)));
  const names = new Map(files.filter(isPlain).map((file) => [file, baseOf(file)]));
  const used = new Set([...names.values(), ...taken]);
  for (const file of files) {
    if (names.has(file)) continue;
    const candidates = SEPARATORS.map((separator) => flattened(file, separator));
    const name = candidates.find((candidate) => !used.has(candidate)) ?? flattened(file, '-');
    names.set(file, name);
    used.add(name);
  }
  return names;
}

/** True for a name that this command may have given the link to that file, now or beside other files. */
export function isOwnName(name: string, file: string): boolean {
  return name === file || name === baseOf(file) || SEPARATORS.some((separator) => flattened(file, separator) === name);
}

function baseOf(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1);
}

function flattened(file: string, separator: string): string {
  return file.replaceAll('/', separator);
}

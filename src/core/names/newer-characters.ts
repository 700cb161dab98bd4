/** Characters of file names that only newer GitLabs take, and which GitLab that is. Folders it does not look at. */

/** The first GitLab that takes the character, as far as its source shows; `+` is as old as folders in names. */
const SINCE: readonly { readonly character: string; readonly since: readonly [major: number, minor: number] }[] = [
  { character: '@', since: [18, 5] },
  { character: '~', since: [18, 1] },
  { character: '+', since: [13, 6] },
];

/** How new a GitLab must be for a name, to compare names by: 0 for a name that every one takes. */
export function newnessOf(name: string): number {
  const last = name.slice(name.lastIndexOf('/') + 1);
  const index = SINCE.findIndex(({ character }) => last.includes(character));
  return index < 0 ? 0 : SINCE.length - index;
}

/** Why a GitLab of this version, `17.2.1-ee`, refuses the name, to be read after the name; undefined: it does not. */
export function olderGitlabProblem(name: string, version: string): string | undefined {
  const own = /^(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number);
  const [major, minor] = own ?? [];
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (major === undefined || minor === undefined) return undefined;
  const needed = SINCE.find(({ character, since }) => last.includes(character) && isBefore([major, minor], since));
  return needed === undefined
    ? undefined
    : `has a \`${needed.character}\`, which needs GitLab ${needed.since.join('.')}`;
}

function isBefore([major, minor]: readonly [number, number], since: readonly [number, number]): boolean {
  return major < since[0] || (major === since[0] && minor < since[1]);
}

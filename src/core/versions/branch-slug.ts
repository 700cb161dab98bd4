/** Names of branches as identifiers that a prerelease may have. */

const LONGEST = 40;
/** What stands for a branch whose name has nothing that an identifier may have. */
const NAMELESS = 'branch';

/**
 * A branch's name as `[a-z0-9-]`, at most 40 characters, without a hyphen at either end. Never only
 * digits: semver compares those as numbers, and refuses leading zeros. Accents are dropped.
 */
export function branchSlug(branch: string): string {
  const plain = branch
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-');
  const slug = cut(plain.startsWith('-') ? plain.slice(1) : plain);
  if (slug === '') return NAMELESS;
  return /^\d+$/.test(slug) ? cut(`${NAMELESS}-${slug}`) : slug;
}

/** The hyphens are single by now, so that at most one stands at the end. */
function cut(text: string): string {
  const short = text.slice(0, LONGEST);
  return short.endsWith('-') ? short.slice(0, -1) : short;
}

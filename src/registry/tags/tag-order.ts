/** Which tags a list shows and in which order. Pure. */
import { matchesPattern } from '../access/permissions.ts';
import type { Sort } from '../storage/listing.ts';
import type { Tag } from './tag-store.ts';

export const TAG_ORDERS = ['name', 'updated', 'version'] as const;
type TagOrder = (typeof TAG_ORDERS)[number];

/**
 * The tags whose name contains `search` in any case of letters; `^` at its start and `$` at its
 * end anchor it, `*` stands for anything. Without these signs an exact match comes first.
 */
export function foundTags(tags: readonly Tag[], search: string | undefined): readonly Tag[] {
  if (search === undefined) return tags;
  const fromStart = search.startsWith('^');
  const toEnd = search.endsWith('$');
  const core = search.slice(fromStart ? 1 : 0, toEnd ? -1 : undefined);
  const pattern = `${fromStart ? '' : '*'}${core}${toEnd ? '' : '*'}`;
  const found = tags.filter(({ name }) => matchesPattern(name, pattern));
  if (fromStart || toEnd || search.includes('*')) return found;
  const isExact = ({ name }: Tag): boolean => name.toLowerCase() === search.toLowerCase();
  return [...found.filter(isExact), ...found.filter((tag) => !isExact(tag))];
}

/** `updated` is the time of the commit; of equals the one made later counts as later. */
export function sortedTags(tags: readonly Tag[], orderBy: TagOrder, sort: Sort): readonly Tag[] {
  const direction = sort === 'asc' ? 1 : -1;
  const compare = COMPARE[orderBy];
  return [...tags].sort((one, other) => direction * (compare(one, other) || one.id - other.id));
}

const COMPARE: Record<TagOrder, (one: Tag, other: Tag) => number> = {
  name: (one, other) => (one.name < other.name ? -1 : Number(one.name > other.name)),
  updated: (one, other) => one.committed_at - other.committed_at,
  version: (one, other) => compareVersions(one.name, other.name),
};

/** Numbers count as numbers; a word makes a version older than the one that ends before it. */
function compareVersions(one: string, other: string): number {
  const [left, right] = [piecesOf(one), piecesOf(other)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = comparePieces(left[index], right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

function piecesOf(name: string): string[] {
  return name.replace(/^v(?=\d)/i, '').match(/\d+|[A-Za-z]+/g) ?? [];
}

function comparePieces(one: string | undefined, other: string | undefined): number {
  const kinds = rankOf(one) - rankOf(other);
  if (kinds !== 0 || one === undefined || other === undefined) return kinds;
  if (rankOf(one) === NUMBER) return Number(one) - Number(other);
  return one < other ? -1 : Number(one > other);
}

const NUMBER = 2;

/** Words before the end, the end before numbers. */
function rankOf(piece: string | undefined): number {
  if (piece === undefined) return 1;
  return /^\d/.test(piece) ? NUMBER : 0;
}

/** Tells a copy of a name from a later one with the same bytes: what is sent again for its status shows only so. */
import { newestFile } from '../../gitlab/api/packages.ts';
import { retrying } from '../../gitlab/http/retry.ts';
import { mayList, urlOf, type VersionRef } from './stored-version.ts';
import { findVersionRow } from './version-row.ts';

/** Which copy is the newest, as far as the registry tells: its row's id, or the second in which it was stored. */
export type CopyMark =
  | { readonly by: 'row'; readonly id: number; readonly isOfName: boolean }
  | { readonly by: 'time'; readonly stored: string }
  | { readonly by: 'nothing' };

/** By list where the token may read it, else by what the file's headers say. */
export async function markNewestCopy(ref: VersionRef, name: string): Promise<CopyMark> {
  const row = mayList(ref.client) ? await newestRow(ref, name) : undefined;
  if (row !== undefined) return row;
  const stored = await storedAt(ref, name);
  return stored === undefined ? { by: 'nothing' } : { by: 'time', stored };
}

/** True where another copy was surely stored between the two marks. */
export function isLaterCopy(before: CopyMark, now: CopyMark): boolean {
  if (before.by === 'row' && now.by === 'row') return now.isOfName && now.id !== before.id;
  return before.by === 'time' && now.by === 'time' && now.stored !== before.stored;
}

/** Undefined for a version that lists do not show. */
async function newestRow(ref: VersionRef, file: string): Promise<CopyMark | undefined> {
  const row = await findVersionRow(ref);
  const newest = row === undefined ? undefined : await newestFile(ref.client, ref.project, row.id);
  return newest && { by: 'row', id: newest.file.id, isOfName: newest.file.name === file };
}

/** A HEAD that is redirected tells the time of no file: there the first byte is asked for. */
async function storedAt(ref: VersionRef, name: string): Promise<string | undefined> {
  const url = urlOf(ref, name);
  const head = await ref.client.head(url);
  if (!head.redirected) return head.headers['last-modified'];
  return retrying(async (attempt) => {
    const answer = await ref.client.getFile(url, { rangeFrom: 0, rangeTo: 0, try: attempt });
    answer.body.destroy();
    return answer.headers['last-modified'];
  }, ref.client.policy);
}

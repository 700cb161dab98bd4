/** The columns of a save, and what a row promises: worked out from the texts, not from the program. */

export interface Row {
  /** What the variable holds before. */
  readonly held: 'absent' | '1.2.3' | '1.2.4' | '1.10.0' | 'nightly';
  readonly ifLower: 'fail' | 'keep' | 'write';
  readonly create: boolean;
  readonly expected: 'any' | 'none' | '1.2.3';
  readonly place: 'project' | 'group';
  readonly scope: '*' | 'production';
  readonly token: 'owner' | 'developer' | 'job';
}

/** What every row saves. */
export const SAVED = '1.2.4';

export interface Promised {
  /** The code of the failure; undefined: it succeeds. */
  readonly code: 'usage' | 'forbidden' | 'conflict' | 'not-found' | undefined;
  /** What the variable holds afterwards; undefined: there is none. */
  readonly after: string | undefined;
  readonly writes: 'POST' | 'PUT' | undefined;
}

export function promisedOf(row: Row): Promised {
  const { held, create, expected, ifLower } = row;
  const before = heldIn(row);
  const refused = (code: Promised['code']): Promised => ({ code, after: before, writes: undefined });
  if (row.token === 'job') return refused('usage');
  if (row.token === 'developer') return refused('forbidden');
  if (held === 'nightly') return refused('conflict');
  if (held === SAVED) return refused(undefined);
  if (expected !== 'any' && expected !== (before ?? 'none')) return refused('conflict');
  if (held === 'absent') return create ? { code: undefined, after: SAVED, writes: 'POST' } : refused('not-found');
  if (held === '1.2.3' || ifLower === 'write') return { code: undefined, after: SAVED, writes: 'PUT' };
  return refused(ifLower === 'keep' ? undefined : 'conflict');
}

export function heldIn({ held }: Row): string | undefined {
  return held === 'absent' ? undefined : held;
}

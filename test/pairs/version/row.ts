/** The columns of a version, and which one a row promises: worked out from the texts, not from the program. */

export interface Row {
  readonly source: 'packages' | 'tags' | 'variable';
  /** What the source holds. */
  readonly base: 'nothing' | '1.2.3' | '1.3.0-rc.1';
  /** A number of the package that is not free: in a hidden version, or reserved for another pipeline. */
  readonly taken: 'nothing' | 'hidden 1.2.4' | 'claimed 1.2.4';
  readonly increment: 'auto' | 'none' | 'patch' | 'minor' | 'major' | 'pipeline';
  readonly prerelease: 'none' | 'dev';
  readonly initial: 'none' | '1.0.0';
  readonly claim: boolean;
}

/** GitLab's pipeline IID of every run. */
export const IID = '7';

export interface Promised {
  readonly version: string;
  readonly previous: string;
  /** A new number, which nobody else may have. */
  readonly isNew: boolean;
}

/** Undefined: it fails, for there is nothing to begin with. */
export function promisedOf(row: Row): Promised | undefined {
  const found = foundIn(row);
  const start = found ?? (row.initial === 'none' ? undefined : row.initial);
  if (start === undefined) return undefined;
  const isCounted = found === undefined || row.increment !== 'none';
  const next = found === undefined || row.increment === 'none' ? start : increased(start, row.increment);
  const previous = found ?? 'none';
  if (row.prerelease === 'dev') {
    const [numbers = ''] = next.split('-');
    return { version: `${numbers}-dev.${IID}`, previous, isNew: false };
  }
  const isNew = isCounted && !next.includes('-');
  const isTaken = isNew && next === '1.2.4' && row.taken !== 'nothing';
  return { version: isTaken ? '1.2.5' : next, previous, isNew };
}

/** Of packages and tags only stable versions count. */
function foundIn({ source, base }: Row): string | undefined {
  if (base === 'nothing') return undefined;
  return base === '1.2.3' || source === 'variable' ? base : undefined;
}

/** From 1.2.3, or from the prerelease of 1.3.0, which comes first. */
function increased(start: string, increment: Exclude<Row['increment'], 'none'>): string {
  const isPrerelease = start.includes('-');
  switch (increment) {
    case 'auto':
    case 'patch':
      return isPrerelease ? '1.3.0' : '1.2.4';
    case 'minor':
      return '1.3.0';
    case 'major':
      return '2.0.0';
    case 'pipeline':
      return isPrerelease ? `1.3.${IID}` : `1.2.${IID}`;
  }
}

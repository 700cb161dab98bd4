/** Numbers and names as people read them: sizes, counts, the first of many names. Durations: duration.ts. */

import { harmless } from './text.ts';

const UNITS = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in decimal units: `0 B`, `999 B`, `1.2 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  for (const unit of UNITS) {
    value /= 1000;
    // 999.95 kB would be shown as 1000.0 kB.
    if (value < 999.95 || unit === 'PB') return `${value.toFixed(1)} ${unit}`;
  }
  return `${bytes} B`;
}

/** `1 file`, `3 files`, `2 entries`. */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** The word after so many things: `is` or `are`. */
export function verbFor(count: number, singular: string, plural: string): string {
  return count === 1 ? singular : plural;
}

/** Foreign names in one line, made harmless, the first `most` of them: `a, b, and 7 more`. */
export function formatNames(names: readonly string[], most: number): string {
  const shown = names
    .slice(0, most)
    .map((name) => harmless(name))
    .join(', ');
  return names.length > most ? `${shown}, and ${names.length - most} more` : shown;
}

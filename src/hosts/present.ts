/** Records whose absent fields are truly absent. */

/** Drops what is undefined. */
export function present<T extends object>(record: {
  [K in keyof T]: T[K] | undefined;
}): Partial<T> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<T>;
}

/** Telling apart what YAML can hold: the questions that every check of the evaluator begins with. */

export type Hash = Readonly<Record<string, unknown>>;

export function isHash(value: unknown): value is Hash {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** `unknown[]` instead of the `any[]` that Array.isArray claims. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

export function isTexts(value: unknown): value is readonly string[] {
  return isList(value) && value.every(isText);
}

/** Keys that are not among `allowed`. */
export function keysBesides(hash: Hash, allowed: readonly string[]): readonly string[] {
  return Object.keys(hash).filter((key) => !allowed.includes(key));
}

/** Strict reading of JSON values that gathers every problem instead of stopping at the first. */

/**
 * One JSON object of the config with its place in the file, such as `tokens[2]`. Each method reads
 * one key; a wrong value becomes a line in `problems` and a harmless stand-in is returned.
 */
export class Reader {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #place: string;
  readonly #problems: string[];

  constructor(given: unknown, place: string, problems: string[]) {
    this.#place = place;
    this.#problems = problems;
    const isObject = typeof given === 'object' && given !== null && !Array.isArray(given);
    if (!isObject) problems.push(`${place} is ${kindOf(given)}; expected an object`);
    // A Map, for a key may be called __proto__.
    this.#values = new Map(isObject ? Object.entries(given) : []);
  }

  allowKeys(known: readonly string[]): void {
    for (const key of this.#values.keys()) {
      if (!known.includes(key)) this.complain(key, `is not a known key; expected ${known.join(', ')}`);
    }
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** A list of objects; absent is empty. */
  list(key: string): Reader[] {
    return this.#items(key).map((item, index) => new Reader(item, `${this.#name(key)}[${index}]`, this.#problems));
  }

  /** An object; absent is empty. */
  object(key: string): Reader {
    return new Reader(this.#values.get(key) ?? {}, this.#name(key), this.#problems);
  }

  /** Without `fallback` the key is required. */
  integer(key: string, fallback: number | undefined, min: number, max: number): number {
    const value = this.#values.get(key) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.#wrong(key, value, `an integer of at least ${min}`);
    return min;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.#values.get(key) ?? fallback;
    if (typeof value === 'boolean') return value;
    this.#wrong(key, value, 'true or false');
    return fallback;
  }

  text(key: string, fallback: string | undefined, fits: (text: string) => boolean, expected: string): string {
    const value = this.#values.get(key) ?? fallback;
    if (typeof value === 'string' && fits(value)) return value;
    this.#wrong(key, value, expected);
    return '';
  }

  /** A token's text: never repeated in a message. */
  secret(key: string): string {
    const value = this.#values.get(key);
    if (typeof value === 'string' && /^[\x21-\x7e]+$/.test(value)) return value;
    this.complain(key, 'must be text of printable ASCII characters without blanks');
    return '';
  }

  /** Any text, even an empty one, that may be a secret: never repeated in a message. */
  unshown(key: string): string {
    const value = this.#values.get(key);
    if (typeof value === 'string') return value;
    this.complain(key, this.has(key) ? 'is not a text' : 'is missing; expected text');
    return '';
  }

  choice<const T extends string>(key: string, choices: readonly [T, ...T[]], fallback: T | undefined): T {
    const value = this.#values.get(key) ?? fallback;
    const match = choices.find((each) => each === value);
    if (match !== undefined) return match;
    this.#wrong(key, value, `one of ${choices.join(', ')}`);
    return choices[0];
  }

  /** As `choice`, for words that may also be written as numbers. */
  word<const T extends string>(key: string, choices: readonly T[], fallback: T): T {
    const value = this.#values.get(key) ?? fallback;
    const match = choices.find((each) => each === (typeof value === 'number' ? String(value) : value));
    if (match !== undefined) return match;
    this.#wrong(key, value, `one of ${choices.join(', ')}`);
    return fallback;
  }

  /** A list of known words, or undefined when the key is absent. */
  choices<const T extends string>(key: string, choices: readonly T[]): readonly T[] | undefined {
    if (!this.has(key)) return undefined;
    const known: T[] = [];
    this.#items(key).forEach((item, index) => {
      const match = choices.find((each) => each === item);
      if (match === undefined) this.#wrong(`${key}[${index}]`, item, `one of ${choices.join(', ')}`);
      else known.push(match);
    });
    return known;
  }

  /** A key that points at something the config has elsewhere. */
  reference<T>(key: string, find: (reference: unknown) => T | undefined, required: boolean): T | undefined {
    const value = this.#values.get(key);
    if (value === undefined && !required) return undefined;
    const found = find(value);
    if (found === undefined) this.#wrong(key, value, 'the id or path of one of the projects');
    return found;
  }

  references<T>(key: string, find: (reference: unknown) => T | undefined): T[] {
    const known: T[] = [];
    this.#items(key).forEach((item, index) => {
      const found = find(item);
      if (found === undefined) this.#wrong(`${key}[${index}]`, item, 'the id or path of one of the projects');
      else known.push(found);
    });
    return known;
  }

  /** A problem that only the reader of several keys can see. */
  complain(key: string, problem: string): void {
    this.#problems.push(`${this.#name(key)} ${problem}`);
  }

  #items(key: string): readonly unknown[] {
    const value = this.#values.get(key) ?? [];
    if (Array.isArray(value)) return value as readonly unknown[];
    this.#wrong(key, value, 'a list');
    return [];
  }

  #wrong(key: string, value: unknown, expected: string): void {
    this.complain(
      key,
      value === undefined ? `is missing; expected ${expected}` : `is ${shown(value)}; expected ${expected}`,
    );
  }

  #name(key: string): string {
    return this.#place === 'config' ? key : `${this.#place}.${key}`;
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'object') return Array.isArray(value) ? 'a list' : 'an object';
  return `a ${typeof value}`;
}

function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return kindOf(value);
  return JSON.stringify(value).slice(0, 100);
}

/**
 * The parameters of a request that changes something, checked as Grape checks them: strictly, and all problems at
 * once.
 */
import { bodyFields } from './body.ts';
import type { Call } from './call.ts';
import { nestedFields } from './nested-fields.ts';
import { invalid } from './refusal.ts';

const YES: readonly unknown[] = [true, 'true', 't', '1', 1, 'on', 'yes'];
const NO: readonly unknown[] = [false, 'false', 'f', '0', 0, 'off', 'no'];

/**
 * Parameters by name. Each method reads one; a wrong value becomes a problem, and `settle` answers
 * all of them with one 400. Absent and null read as undefined; `has` tells whether a name came at all.
 */
export class Fields {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #place: string;
  readonly #problems: string[];

  constructor(values: ReadonlyMap<string, unknown>, place = '', problems: string[] = []) {
    this.#values = values;
    this.#place = place;
    this.#problems = problems;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name) ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    this.#complain(name, 'is invalid');
    return undefined;
  }

  requiredText(name: string): string {
    if (!this.has(name)) this.#complain(name, 'is missing');
    return this.text(name) ?? '';
  }

  flag(name: string): boolean | undefined {
    const value = this.#values.get(name) ?? '';
    if (YES.includes(value)) return true;
    if (NO.includes(value)) return false;
    if (value !== '') this.#complain(name, 'is invalid');
    return undefined;
  }

  choice<const T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    const match = choices.find((choice) => choice === value);
    if (match === undefined && value !== undefined) this.#complain(name, 'does not have a valid value');
    return match;
  }

  /** A date with time, in milliseconds since 1970; one without a zone is in UTC. */
  time(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined || text === '') return undefined;
    const zoned = /(?:z|[+-]\d{2}:?\d{2})$/i.test(text) ? text : `${text}Z`;
    const at = Date.parse(zoned.replace(' ', 'T'));
    if (!Number.isNaN(at)) return at;
    this.#complain(name, 'is invalid');
    return undefined;
  }

  /** A list of texts, or one text with commas. */
  texts(name: string): readonly string[] {
    const value = this.#values.get(name);
    const list: readonly unknown[] = Array.isArray(value) ? value : (this.text(name) ?? '').split(',');
    return list.filter((item): item is string => typeof item === 'string' && item !== '');
  }

  /** The parameters inside a nested one, such as `filter`; absent is empty. */
  within(name: string): Fields {
    const value = this.#values.get(name) ?? new Map();
    const inner = mapOf(value);
    if (inner === undefined) this.#complain(name, 'is invalid');
    return new Fields(inner ?? new Map(), this.#named(name), this.#problems);
  }

  /** A list of nested parameters; absent is empty. */
  items(name: string): Fields[] {
    const value = this.#values.get(name) ?? [];
    if (!Array.isArray(value)) {
      this.#complain(name, 'is invalid');
      return [];
    }
    return (value as unknown[]).map((item, index) => {
      const place = `${this.#named(name)}[${index}]`;
      const inner = mapOf(item);
      if (inner === undefined) this.#problems.push(`${place} is invalid`);
      return new Fields(inner ?? new Map(), place, this.#problems);
    });
  }

  /** Grape's 400 when none of these came. */
  requireOneOf(...names: readonly string[]): void {
    if (names.some((name) => this.has(name))) return;
    this.#problems.push(`${names.join(', ')} are missing, at least one parameter must be provided`);
  }

  /** Throws what was wrong so far, as one 400. */
  settle(): void {
    if (this.#problems.length > 0) throw invalid(400, [...new Set(this.#problems)].join(', '));
  }

  #complain(name: string, problem: string): void {
    this.#problems.push(`${this.#named(name)} ${problem}`);
  }

  #named(name: string): string {
    return this.#place === '' ? name : `${this.#place}[${name}]`;
  }
}

/** Query and body together; the body's win. */
export async function fieldsOf(call: Call): Promise<Fields> {
  return new Fields(new Map([...nestedFields(call.query), ...(await bodyFields(call))]));
}

/** The query alone, for requests without a body. */
export function queryFields(call: Call): Fields {
  return new Fields(nestedFields(call.query));
}

/** Forms bring maps, JSON brings objects. */
function mapOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (value instanceof Map) return value as ReadonlyMap<string, unknown>;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value));
}

/**
 * Names such as `filter[environment_scope]`, `milestones[]` and `assets[links][][name]` made into maps and lists, as
 * Rack does.
 */
import { invalid } from './refusal.ts';

/** Rack refuses more of either: whoever sends them wants to keep the server busy. */
export const MOST_PAIRS = 4096;
const DEEPEST = 32;

type Nest = Map<string, unknown>;

/**
 * Flat pairs of a query or form as nested values; a later pair of one name wins. Throws 400 for too many or too deep.
 */
export function nestedFields(pairs: Iterable<[string, string]>): ReadonlyMap<string, unknown> {
  const fields: Nest = new Map();
  let count = 0;
  for (const [name, value] of pairs) {
    count += 1;
    if (count > MOST_PAIRS) throw invalid(400, '400 Bad Request');
    place(fields, stepsOf(name), value);
  }
  return fields;
}

/** `a[b][][c]` as `a`, `b`, an empty step for the list, `c`. */
function stepsOf(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0 || !name.endsWith(']')) return [name];
  const steps = [name.slice(0, open), ...name.slice(open + 1, -1).split('][')];
  if (steps.length > DEEPEST) {
    throw invalid(400, `query params are recursively nested over the specified limit (${DEEPEST})`);
  }
  return steps;
}

/** Fills in place: a copy for each pair would make a form cost the square of its size. */
function place(fields: Nest, steps: readonly string[], value: string): void {
  const [head = '', next, ...rest] = steps;
  if (next === undefined) fields.set(head, value);
  else if (next === '') append(listIn(fields, head), rest, value);
  else place(nestIn(fields, head), [next, ...rest], value);
}

/** One more item, or the last map completed: a name that repeats begins a new one. */
function append(list: unknown[], steps: readonly string[], value: string): void {
  const [first] = steps;
  if (first === undefined) {
    list.push(value);
    return;
  }
  const last = list.at(-1);
  const isOpen = last instanceof Map && !last.has(first);
  const item: Nest = isOpen ? (last as Nest) : new Map<string, unknown>();
  if (!isOpen) list.push(item);
  place(item, steps, value);
}

/** The list of that name; anything else that has the name gives way. */
function listIn(fields: Nest, name: string): unknown[] {
  const known = fields.get(name);
  if (Array.isArray(known)) return known as unknown[];
  const list: unknown[] = [];
  fields.set(name, list);
  return list;
}

function nestIn(fields: Nest, name: string): Nest {
  const known = fields.get(name);
  if (known instanceof Map) return known as Nest;
  const nest: Nest = new Map();
  fields.set(name, nest);
  return nest;
}

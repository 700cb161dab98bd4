/** Names such as `filter[environment_scope]`, `milestones[]` and `assets[links][][name]` made into maps and lists, as Rack does. */

/** Deeper names are cut off; GitLab's own go four deep. */
const DEEPEST = 8;

/** Flat pairs of a query or form as nested values; a later pair of one name wins. */
export function nestedFields(pairs: Iterable<[string, string]>): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of pairs) place(fields, stepsOf(name), value);
  return fields;
}

/** `a[b][][c]` as `a`, `b`, an empty step for the list, `c`. */
function stepsOf(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0 || !name.endsWith(']')) return [name];
  return [name.slice(0, open), ...name.slice(open + 1, -1).split('][')].slice(0, DEEPEST);
}

function place(fields: Map<string, unknown>, steps: readonly string[], value: string): void {
  const [head = '', next, ...rest] = steps;
  if (next === undefined) fields.set(head, value);
  else if (next === '') fields.set(head, appended(fields.get(head), rest, value));
  else {
    const known = fields.get(head);
    const inner = new Map<string, unknown>(known instanceof Map ? (known as Map<string, unknown>) : []);
    fields.set(head, inner);
    place(inner, [next, ...rest], value);
  }
}

/** The list with one more item, or with its last map completed: a name that repeats begins a new one. */
function appended(known: unknown, steps: readonly string[], value: string): unknown[] {
  const list = Array.isArray(known) ? (known as unknown[]) : [];
  const [first] = steps;
  if (first === undefined) return [...list, value];
  const last = list[list.length - 1];
  if (last instanceof Map && !last.has(first)) {
    place(last as Map<string, unknown>, steps, value);
    return list;
  }
  const item = new Map<string, unknown>();
  place(item, steps, value);
  return [...list, item];
}

/** Finds the route of a request: splits the path first and decodes afterwards, so that `%2F` never makes a segment. */

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Route<Handler> {
  readonly method: Method;
  /** Segments; `:name` takes one, a final `*` one or more. */
  readonly pattern: readonly string[];
  readonly handle: Handler;
  /** A download of file bytes, for faults that spoil those. */
  readonly sendsFile: boolean;
}

export interface Match<Handler> {
  readonly route: Route<Handler>;
  readonly params: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/** `path` is written as `/projects/:project/packages`. */
export function route<Handler>(method: Method, path: string, handle: Handler, sendsFile = false): Route<Handler> {
  return { method, pattern: path.split('/').slice(1), handle, sendsFile };
}

/**
 * The segments of a raw path, each decoded once in whatever way it was encoded; undefined when one
 * does not decode, or when it is no path. A slash at the end is passed over.
 */
export function segmentsOf(rawPath: string): string[] | undefined {
  if (!rawPath.startsWith('/')) return undefined;
  const raw = rawPath.split('/').slice(1);
  if (raw.length > 1 && raw[raw.length - 1] === '') raw.pop();
  try {
    return raw.map((segment) => (segment.includes('%') ? decodeURIComponent(segment) : segment));
  } catch {
    return undefined;
  }
}

/** First match wins. HEAD is answered by the GET route. Empty segments match nothing. */
export function findRoute<Handler>(
  routes: readonly Route<Handler>[],
  method: string,
  segments: readonly string[],
): Match<Handler> | undefined {
  const wanted = method === 'HEAD' ? 'GET' : method;
  for (const candidate of routes) {
    if (candidate.method !== wanted) continue;
    const match = matchPattern(candidate, segments);
    if (match !== undefined) return match;
  }
  return undefined;
}

/** The methods of the routes at this path, as `Allow` lists them; none where there is no such path. */
export function methodsAt<Handler>(routes: readonly Route<Handler>[], segments: readonly string[]): string[] {
  const found = routes.filter((candidate) => matchPattern(candidate, segments) !== undefined);
  if (found.length === 0) return [];
  const methods = found.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return [...new Set(['OPTIONS', ...methods])];
}

function matchPattern<Handler>(candidate: Route<Handler>, segments: readonly string[]): Match<Handler> | undefined {
  const { pattern } = candidate;
  const open = pattern[pattern.length - 1] === '*';
  const fixed = open ? pattern.length - 1 : pattern.length;
  if (open ? segments.length <= fixed : segments.length !== fixed) return undefined;
  const params = new Map<string, string>();
  for (const [index, expected] of pattern.slice(0, fixed).entries()) {
    const given = segments[index] ?? '';
    if (given === '') return undefined;
    if (expected.startsWith(':')) params.set(expected.slice(1), given);
    else if (expected !== given) return undefined;
  }
  const rest = open ? segments.slice(fixed) : [];
  return rest.includes('') ? undefined : { route: candidate, params, rest };
}

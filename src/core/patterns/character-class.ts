/** Reads `[a-z]`, `[!x]` and `[[:alpha:]]` of a pattern into a set of characters. */

export interface CharacterSet {
  negate: boolean;
  /** First and last code point of each range. */
  ranges: readonly (readonly [number, number])[];
  /** Named classes; our own fixed expressions, on one character. */
  named: readonly RegExp[];
}

/** What stands at a `[`: a set, one plain character (`[*]` is how a `*` is escaped), or nothing that can match. */
export type ClassReading =
  | { kind: 'set'; set: CharacterSet; end: number }
  | { kind: 'literal'; character: string; end: number }
  | { kind: 'never' };

const NAMED: readonly (readonly [string, RegExp])[] = [
  ['[:alnum:]', /^[\p{L}\p{Nl}\p{Nd}]$/u],
  ['[:alpha:]', /^[\p{L}\p{Nl}]$/u],
  ['[:ascii:]', /^\p{ASCII}$/u],
  ['[:blank:]', /^[\p{Zs}\t]$/u],
  ['[:cntrl:]', /^\p{Cc}$/u],
  ['[:digit:]', /^\p{Nd}$/u],
  ['[:graph:]', /^[^\p{Z}\p{C}]$/u],
  ['[:lower:]', /^\p{Ll}$/u],
  ['[:print:]', /^\P{C}$/u],
  ['[:punct:]', /^\p{P}$/u],
  ['[:space:]', /^[\p{Z}\t\r\n\v\f]$/u],
  ['[:upper:]', /^\p{Lu}$/u],
  ['[:word:]', /^[\p{L}\p{Nl}\p{Nd}\p{Pc}]$/u],
  ['[:xdigit:]', /^[A-Fa-f0-9]$/],
];

/**
 * Reads the class that opens at `start`. Undefined when it is never closed: the `[` is then an
 * ordinary character.
 */
export function readClass(characters: readonly string[], start: number): ClassReading | undefined {
  const negate = characters[start + 1] === '!' || characters[start + 1] === '^';
  const first = start + (negate ? 2 : 1);
  const ranges: [number, number][] = [];
  const named: RegExp[] = [];
  let at = first;
  for (;;) {
    const character = characters[at];
    if (character === undefined) return undefined;
    // A `]` that comes first is an ordinary member.
    if (character === ']' && at > first) break;
    const name = namedAt(characters, at);
    if (name !== undefined) {
      named.push(name[1]);
      at += name[0].length;
      continue;
    }
    const member = memberAt(characters, at);
    if (member === undefined) return undefined;
    if (member.range === 'broken') return { kind: 'never' };
    if (member.range !== 'empty') ranges.push(member.range);
    at = member.end;
  }
  return asReading({ negate, ranges, named }, at + 1);
}

/** True if the set holds the character; with `nocase` in whichever case. */
export function holds(set: CharacterSet, character: string, nocase: boolean): boolean {
  const forms = nocase ? [character, character.toLowerCase(), character.toUpperCase()] : [character];
  return forms.some((form) => inSet(set, form)) !== set.negate;
}

function inSet(set: CharacterSet, character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (
    set.ranges.some(([low, high]) => code >= low && code <= high) || set.named.some((name) => name.test(character))
  );
}

function namedAt(characters: readonly string[], at: number): readonly [string, RegExp] | undefined {
  if (characters[at] !== '[' || characters[at + 1] !== ':') return undefined;
  return NAMED.find(([name]) => characters.slice(at, at + name.length).join('') === name);
}

interface Member {
  /** `empty`: the wrong way round, matches nothing. `broken`: a range up to a named class. */
  range: [number, number] | 'empty' | 'broken';
  end: number;
}

/** One character or one range; undefined when the pattern ends within it. */
function memberAt(characters: readonly string[], at: number): Member | undefined {
  const low = plainAt(characters, at);
  if (low === undefined) return undefined;
  const isRange = characters[low.end] === '-' && characters[low.end + 1] !== ']';
  if (!isRange) return { range: [low.code, low.code], end: low.end };
  if (namedAt(characters, low.end + 1) !== undefined) return { range: 'broken', end: low.end };
  const high = plainAt(characters, low.end + 1);
  if (high === undefined) return undefined;
  return { range: low.code <= high.code ? [low.code, high.code] : 'empty', end: high.end };
}

/** The character at a place, a backslash before it taken off. */
function plainAt(characters: readonly string[], at: number): { code: number; end: number } | undefined {
  const escaped = characters[at] === '\\';
  const code = characters[escaped ? at + 1 : at]?.codePointAt(0);
  return code === undefined ? undefined : { code, end: at + (escaped ? 2 : 1) };
}

function asReading(set: CharacterSet, end: number): ClassReading {
  const [only, ...others] = set.ranges;
  if (set.named.length > 0) return { kind: 'set', set, end };
  if (only === undefined) return { kind: 'never' };
  const isOne = others.length === 0 && only[0] === only[1] && !set.negate;
  return isOne ? { kind: 'literal', character: String.fromCodePoint(only[0]), end } : { kind: 'set', set, end };
}

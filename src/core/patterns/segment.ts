/** One segment of a pattern, between two slashes: `*`, `?`, `[…]` and plain characters. */

import { holds, readClass, type CharacterSet } from './character-class.ts';

type Element =
  { kind: 'literal'; character: string } | { kind: 'any' } | { kind: 'star' } | { kind: 'set'; set: CharacterSet };

export interface SegmentPattern {
  /** The only text that matches, as typed but for escapes; undefined when there is a wildcard. */
  literal: string | undefined;
  /** It starts with a plain dot, and so asks for hidden names itself. */
  namesDot: boolean;
  matches: (segment: string) => boolean;
}

/** Reads one segment. `nocase` for systems that do not tell upper from lower case. */
export function compileSegment(text: string, nocase: boolean): SegmentPattern {
  const elements = readElements(Array.from(text));
  if (elements === undefined) return { literal: undefined, namesDot: false, matches: () => false };
  const first = elements[0];
  return {
    literal: literalOf(elements),
    namesDot: first?.kind === 'literal' && first.character === '.',
    matches: matcherOf(elements, nocase),
  };
}

/** One segment that means its own letters, whatever they are. */
export function literalSegment(text: string, nocase: boolean): SegmentPattern {
  const wanted = fold(text, nocase);
  return { literal: text, namesDot: text.startsWith('.'), matches: (segment) => fold(segment, nocase) === wanted };
}

/** The elements in order; undefined when no text can match. */
function readElements(characters: readonly string[]): Element[] | undefined {
  const elements: Element[] = [];
  let at = 0;
  while (at < characters.length) {
    const character = characters[at] ?? '';
    const reading = character === '[' ? readClass(characters, at) : undefined;
    if (reading?.kind === 'never') return undefined;
    if (reading !== undefined) {
      elements.push(
        reading.kind === 'set' ? { kind: 'set', set: reading.set } : { kind: 'literal', character: reading.character },
      );
      at = reading.end;
    } else if (character === '\\' && at + 1 < characters.length) {
      elements.push({ kind: 'literal', character: characters[at + 1] ?? '' });
      at += 2;
    } else {
      const isSecondStar = character === '*' && elements.at(-1)?.kind === 'star';
      if (!isSecondStar) elements.push(plainElement(character));
      at += 1;
    }
  }
  return elements;
}

function plainElement(character: string): Element {
  if (character === '*') return { kind: 'star' };
  return character === '?' ? { kind: 'any' } : { kind: 'literal', character };
}

function literalOf(elements: readonly Element[]): string | undefined {
  let text = '';
  for (const element of elements) {
    if (element.kind !== 'literal') return undefined;
    text += element.character;
  }
  return text;
}

function matcherOf(elements: readonly Element[], nocase: boolean): (segment: string) => boolean {
  const [first, ...rest] = elements;
  const literal = literalOf(elements);
  if (literal !== undefined) {
    const wanted = fold(literal, nocase);
    return (segment) => fold(segment, nocase) === wanted;
  }
  const ending = first?.kind === 'star' ? literalOf(rest) : undefined;
  if (ending !== undefined) {
    const wanted = fold(ending, nocase);
    return (segment) => fold(segment, nocase).endsWith(wanted);
  }
  return (segment) => matchesElements(elements, Array.from(segment), nocase);
}

/**
 * Two pointers; on a mismatch the last star takes one character more. Time is bounded by
 * pattern times text, where a regular expression for `*a*a*a*b` tries every way to split.
 */
function matchesElements(elements: readonly Element[], characters: readonly string[], nocase: boolean): boolean {
  let at = 0;
  let element = 0;
  let star = -1;
  let starAt = 0;
  while (at < characters.length) {
    const current = elements[element];
    if (current?.kind === 'star') {
      star = element;
      starAt = at;
      element += 1;
    } else if (current !== undefined && matchesOne(current, characters[at] ?? '', nocase)) {
      at += 1;
      element += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      element = star + 1;
    } else {
      return false;
    }
  }
  while (elements[element]?.kind === 'star') element += 1;
  return element === elements.length;
}

function matchesOne(element: Element, character: string, nocase: boolean): boolean {
  if (element.kind === 'literal') return fold(element.character, nocase) === fold(character, nocase);
  return element.kind !== 'set' || holds(element.set, character, nocase);
}

function fold(text: string, nocase: boolean): string {
  return nocase ? text.toLowerCase() : text;
}

/** Reads a regular expression of RE2's syntax into a tree. What RE2 refuses is refused: look-around, for one. */

export type RegexNode =
  | { readonly kind: 'sign'; readonly fits: (sign: string) => boolean }
  /** Of the signs on both sides; empty at the ends of the text. */
  | { readonly kind: 'assert'; readonly holds: (before: string, after: string) => boolean }
  | { readonly kind: 'sequence'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly part: RegexNode; readonly min: number; readonly max: number };

type Fits = (sign: string) => boolean;

const MOST_TIMES = 1_000;

const CLASSES: Readonly<Record<string, RegExp>> = {
  d: /^[0-9]$/,
  w: /^[0-9A-Za-z_]$/,
  s: /^[\t\n\f\r ]$/,
};

const POSIX: Readonly<Record<string, RegExp>> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  blank: /^[\t ]$/,
  digit: /^[0-9]$/,
  lower: /^[a-z]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[\t-\r ]$/,
  upper: /^[A-Z]$/,
  word: /^[0-9A-Za-z_]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};

const CONTROLS: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** Throws a SyntaxError in words for people. */
export function parseRegex(source: string): RegexNode {
  return new Parser(source).whole();
}

class Parser {
  readonly #signs: readonly string[];
  #at = 0;
  #flags = { i: false, s: false };

  constructor(source: string) {
    this.#signs = Array.from(source);
  }

  whole(): RegexNode {
    const node = this.#choice();
    if (this.#at < this.#signs.length) throw new SyntaxError('a ) has no (');
    return node;
  }

  #peek(): string | undefined {
    return this.#signs[this.#at];
  }

  #takes(text: string): boolean {
    const found = this.#signs.slice(this.#at, this.#at + text.length).join('') === text;
    if (found) this.#at += text.length;
    return found;
  }

  #next(what: string): string {
    const sign = this.#signs[this.#at];
    if (sign === undefined) throw new SyntaxError(`${what} has no end`);
    this.#at += 1;
    return sign;
  }

  #choice(): RegexNode {
    const parts = [this.#sequence()];
    while (this.#takes('|')) parts.push(this.#sequence());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(): RegexNode {
    const parts: RegexNode[] = [];
    for (let sign = this.#peek(); sign !== undefined && sign !== '|' && sign !== ')'; sign = this.#peek()) {
      parts.push(this.#repeated());
    }
    return { kind: 'sequence', parts };
  }

  #repeated(): RegexNode {
    const part = this.#atom();
    const times = this.#times();
    if (times === undefined) return part;
    this.#takes('?');
    if (this.#times() !== undefined) throw new SyntaxError('a repetition is repeated');
    return { kind: 'repeat', part, ...times };
  }

  #times(): { min: number; max: number } | undefined {
    if (this.#takes('*')) return { min: 0, max: Infinity };
    if (this.#takes('+')) return { min: 1, max: Infinity };
    if (this.#takes('?')) return { min: 0, max: 1 };
    const rest = this.#signs.slice(this.#at, this.#at + 12).join('');
    const [text, least, comma, most = ''] = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(rest) ?? [];
    if (text === undefined) return undefined;
    this.#at += text.length;
    const min = Number(least);
    const open = most === '' ? Infinity : Number(most);
    const max = comma === undefined ? min : open;
    if (min > max || min > MOST_TIMES || (max !== Infinity && max > MOST_TIMES)) {
      throw new SyntaxError(`${text} is no repetition that RE2 takes`);
    }
    return { min, max };
  }

  #atom(): RegexNode {
    const sign = this.#next('the expression');
    if ('*+?'.includes(sign)) throw new SyntaxError(`${sign} repeats nothing`);
    if (sign === '(') return this.#group();
    if (sign === '[') return this.#sign(this.#class());
    if (sign === '\\') return this.#escape();
    if (sign === '^') return { kind: 'assert', holds: (before) => before === '' };
    if (sign === '$') return { kind: 'assert', holds: (_before, after) => after === '' };
    if (sign === '.') return { kind: 'sign', fits: this.#flags.s ? () => true : (other) => other !== '\n' };
    return this.#sign((other) => other === sign);
  }

  #group(): RegexNode {
    const outer = { ...this.#flags };
    if (this.#takes('?')) {
      const rest = this.#signs.slice(this.#at).join('');
      const [head] = /^(?:P?<[A-Za-z_]\w*>|[is]*(?:-[is]+)?[:)])/.exec(rest) ?? [];
      if (head === undefined) throw new SyntaxError('RE2 has no look-around and no other group of that kind');
      this.#at += head.length;
      if (!head.endsWith('>')) this.#setFlags(head.slice(0, -1));
      // For all that follows in the group around it.
      if (head.endsWith(')')) return { kind: 'sequence', parts: [] };
    }
    const node = this.#choice();
    if (!this.#takes(')')) throw new SyntaxError('a ( has no )');
    this.#flags = outer;
    return node;
  }

  #setFlags(text: string): void {
    const [on = '', off = ''] = text.split('-');
    const flagOf = (flag: 'i' | 's'): boolean => (this.#flags[flag] || on.includes(flag)) && !off.includes(flag);
    this.#flags = { i: flagOf('i'), s: flagOf('s') };
  }

  #sign(fits: Fits): RegexNode {
    if (!this.#flags.i) return { kind: 'sign', fits };
    return { kind: 'sign', fits: (sign) => fits(sign) || fits(sign.toLowerCase()) || fits(sign.toUpperCase()) };
  }

  #escape(): RegexNode {
    const sign = this.#peek();
    if (this.#takes('A')) return { kind: 'assert', holds: (before) => before === '' };
    if (this.#takes('z')) return { kind: 'assert', holds: (_before, after) => after === '' };
    if (sign === 'b' || sign === 'B') {
      this.#at += 1;
      const isWord = (other: string): boolean => /^\w$/.test(other);
      return { kind: 'assert', holds: (before, after) => (isWord(before) !== isWord(after)) === (sign === 'b') };
    }
    return this.#sign(this.#escapedSigns());
  }

  /** What an escape stands for that is one sign, or one of a class. */
  #escapedSigns(): Fits {
    const sign = this.#next('an escape');
    const known = CLASSES[sign.toLowerCase()];
    if (known !== undefined) return (other) => known.test(other) === (sign === sign.toLowerCase());
    if (sign === 'p' || sign === 'P') return this.#property(sign === 'p');
    const literal = this.#literal(sign);
    return (other) => other === literal;
  }

  #literal(sign: string): string {
    const control = CONTROLS[sign];
    if (control !== undefined) return control;
    if (sign === 'x') {
      const rest = this.#signs.slice(this.#at, this.#at + 8).join('');
      const [text, braced, bare] = /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(rest) ?? [];
      const code = parseInt(braced ?? bare ?? '', 16);
      if (text === undefined || code > 0x10_ffff) throw new SyntaxError('\\x names no sign');
      this.#at += text.length;
      return String.fromCodePoint(code);
    }
    if (/^[\dA-Za-z]$/.test(sign)) throw new SyntaxError(`RE2 does not know \\${sign}`);
    return sign;
  }

  #property(wanted: boolean): Fits {
    const rest = this.#signs.slice(this.#at).join('');
    const [text, braced, bare] = /^(?:\{\^?([A-Za-z_]+)\}|([A-Z]))/.exec(rest) ?? [];
    const name = braced ?? bare;
    if (text === undefined || name === undefined) throw new SyntaxError('\\p needs a name');
    this.#at += text.length;
    const regex = propertyOf(name);
    return (sign) => regex.test(sign) === (wanted !== text.startsWith('{^'));
  }

  #class(): Fits {
    const negated = this.#takes('^');
    const members: Fits[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) members.push(this.#member());
    this.#at += 1;
    return (sign) => members.some((fits) => fits(sign)) !== negated;
  }

  #member(): Fits {
    const rest = this.#signs.slice(this.#at, this.#at + 14).join('');
    const [posix, not, name = ''] = /^\[:(\^?)([a-z]+):\]/.exec(rest) ?? [];
    if (posix !== undefined) {
      const known = POSIX[name];
      if (known === undefined) throw new SyntaxError(`RE2 does not know ${posix}`);
      this.#at += posix.length;
      return (sign) => known.test(sign) !== (not === '^');
    }
    const low = this.#classSign();
    if (typeof low !== 'string') return low;
    if (this.#peek() !== '-' || this.#signs[this.#at + 1] === ']') return (sign) => sign === low;
    this.#at += 1;
    const high = this.#classSign();
    if (typeof high !== 'string' || pointOf(high) < pointOf(low)) throw new SyntaxError('a range in [ ] is none');
    return (sign) => pointOf(sign) >= pointOf(low) && pointOf(sign) <= pointOf(high);
  }

  #classSign(): string | Fits {
    const sign = this.#next('a [');
    if (sign !== '\\') return sign;
    const escaped = this.#peek() ?? '';
    if (/^[dDwWsSpP]$/.test(escaped)) return this.#escapedSigns();
    return this.#literal(this.#next('an escape'));
  }
}

function propertyOf(name: string): RegExp {
  for (const body of [name, `Script=${name}`]) {
    try {
      return new RegExp(`^\\p{${body}}$`, 'u');
    } catch {
      // Perhaps the other.
    }
  }
  throw new SyntaxError(`RE2 does not know \\p{${name}}`);
}

function pointOf(sign: string): number {
  return sign.codePointAt(0) ?? 0;
}

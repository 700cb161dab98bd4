/**
 * Reads a JSON object with one long list in it, piece by piece: the text of a list of 100,000 files is never held as
 * one string, nor the list as JSON builds it. JSON's own parser judges every piece.
 */

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const BLANKS = new Set([0x20, 0x0a, 0x0d, 0x09]);
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** Bytes of a list that are parsed at once. */
const PIECE = 64 * 1024;

/**
 * The object that the bytes are, undefined where they are none. Its member `list`, where that is a list, comes as an
 * empty one: `take` gets its items in their order, some at a time. One member may not be there twice.
 */
export function readObjectWithList(
  bytes: Uint8Array,
  list: string,
  take: (items: readonly unknown[]) => void,
): Readonly<Record<string, unknown>> | undefined {
  try {
    return new Reader(bytes).object(list, take);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #at: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#at = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte) ? BYTE_ORDER_MARK.length : 0;
  }

  object(list: string, take: (items: readonly unknown[]) => void): Readonly<Record<string, unknown>> {
    const members = new Map<string, unknown>();
    this.#expect(OPEN_OBJECT);
    for (let isFirst = true; !(isFirst && this.#isNext(CLOSE_OBJECT)); isFirst = false) {
      const key = this.#parse(this.#at, this.#skipValue());
      this.#expect(COLON);
      if (typeof key !== 'string' || members.has(key)) throw new SyntaxError('no member');
      members.set(key, key === list && this.#isNext(OPEN_LIST) ? this.#list(take) : this.#value());
      if (!this.#isNext(COMMA)) break;
      this.#at += 1;
    }
    this.#expect(CLOSE_OBJECT);
    this.#skipBlanks();
    if (this.#at < this.#bytes.length) throw new SyntaxError('more than an object');
    return Object.fromEntries(members);
  }

  #value(): unknown {
    this.#skipBlanks();
    return this.#parse(this.#at, this.#skipValue());
  }

  #list(take: (items: readonly unknown[]) => void): readonly never[] {
    this.#expect(OPEN_LIST);
    for (let pieces = 0; ; pieces += 1) {
      const start = this.#at;
      const isLast = this.#skipItems(start + PIECE) === CLOSE_LIST;
      const items = JSON.parse(`[${this.#text(start, this.#at - 1)}]`) as unknown[];
      // A list may be empty; a part of one between two commas may not.
      if (items.length === 0 && !(isLast && pieces === 0)) throw new SyntaxError('no item');
      take(items);
      if (isLast) return [];
    }
  }

  /** Goes behind the first comma after `enough`, or behind the list's end; returns which of the two it was. */
  #skipItems(enough: number): number {
    for (let depth = 0; this.#at < this.#bytes.length;) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (byte === QUOTE) {
        this.#skipString();
        continue;
      }
      this.#at += 1;
      if (depth === 0 && (byte === CLOSE_LIST || (byte === COMMA && this.#at > enough))) return byte;
      depth += depthOf(byte);
      if (depth < 0) break;
    }
    throw new SyntaxError('no end of the list');
  }

  /** Goes behind a value, whatever is in it; returns where that is. */
  #skipValue(): number {
    this.#skipBlanks();
    for (let depth = 0; this.#at < this.#bytes.length;) {
      const byte = this.#bytes[this.#at] ?? 0;
      if (depth === 0 && (byte === COMMA || byte === COLON || byte === CLOSE_LIST || byte === CLOSE_OBJECT)) break;
      if (byte === QUOTE) this.#skipString();
      else this.#at += 1;
      depth += depthOf(byte);
    }
    return this.#at;
  }

  #skipString(): void {
    for (this.#at += 1; this.#at < this.#bytes.length; this.#at += 1) {
      const byte = this.#bytes[this.#at];
      if (byte === BACKSLASH) this.#at += 1;
      else if (byte === QUOTE) {
        this.#at += 1;
        return;
      }
    }
    throw new SyntaxError('no end of a text');
  }

  #skipBlanks(): void {
    while (BLANKS.has(this.#bytes[this.#at] ?? -1)) this.#at += 1;
  }

  #isNext(byte: number): boolean {
    this.#skipBlanks();
    return this.#bytes[this.#at] === byte;
  }

  #expect(byte: number): void {
    if (!this.#isNext(byte)) throw new SyntaxError('another character');
    this.#at += 1;
  }

  #parse(start: number, end: number): unknown {
    return JSON.parse(this.#text(start, end));
  }

  #text(start: number, end: number): string {
    try {
      return this.#decoder.decode(this.#bytes.subarray(start, end));
    } catch (cause) {
      throw new SyntaxError('no UTF-8', { cause });
    }
  }
}

function depthOf(byte: number): number {
  if (byte === OPEN_LIST || byte === OPEN_OBJECT) return 1;
  return byte === CLOSE_LIST || byte === CLOSE_OBJECT ? -1 : 0;
}

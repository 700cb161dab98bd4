/** Which bytes of a large file are there, which are under way, and which come next. Pure: moves nothing. */

/** From and with `from`, to and without `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A stretch of the file that one connection fetches; `at` moves on, and `to` may be drawn nearer. */
export interface Span {
  at: number;
  to: number;
}

/** Ranges that overlap or touch are one; sorted. */
export function merged(ranges: readonly Range[]): Range[] {
  const result: { from: number; to: number }[] = [];
  for (const { from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else if (from < to) result.push({ from, to });
  }
  return result;
}

/** The end of what is there without a gap from `start` on. */
export function reachFrom(start: number, there: readonly Range[]): number {
  return there.find(({ from, to }) => from <= start && start < to)?.to ?? start;
}

/** What is missing of a file of `size` bytes. */
export function gaps(size: number, there: readonly Range[]): Range[] {
  const result: Range[] = [];
  let at = 0;
  for (const { from, to } of merged(there)) {
    if (from > at) result.push({ from: at, to: from });
    at = Math.max(at, to);
  }
  if (at < size) result.push({ from: at, to: size });
  return result;
}

/** Hands out what is missing, from the front: large spans first and smaller ones towards the end. */
export class Spans {
  #free: Range[];
  readonly #smallest: number;

  /** `smallest`: bytes for which a request of its own is worth while. */
  constructor(missing: readonly Range[], smallest: number) {
    this.#free = [...missing];
    this.#smallest = smallest;
  }

  /** Bytes that nobody fetches yet. */
  get free(): number {
    return this.#free.reduce((sum, { from, to }) => sum + to - from, 0);
  }

  /** The next span where so many fetch at once; one alone gets all up to the next gap. */
  take(width: number): Span | undefined {
    const [first, ...rest] = this.#free;
    if (first === undefined) return undefined;
    const share = width === 1 ? Infinity : Math.max(this.#smallest, Math.ceil(this.free / (2 * width)));
    // A rest that is not worth a request stays with its neighbour.
    const to = first.to - first.from < share + this.#smallest ? first.to : first.from + share;
    this.#free = to === first.to ? rest : [{ from: to, to: first.to }, ...rest];
    return { at: first.from, to };
  }

  /** Gives back what a span has not fetched. */
  giveBack({ at, to }: Span): void {
    if (at < to) this.#free = merged([...this.#free, { from: at, to }]);
  }

  /** Draws the end of a span nearer, so that `width` others find something to do. */
  share(span: Span, width: number): void {
    const open = span.to - span.at;
    const own = Math.max(this.#smallest, Math.ceil((open + this.free) / (2 * width)));
    if (open < own + this.#smallest) return;
    const end = span.to;
    span.to = span.at + own;
    this.giveBack({ at: span.to, to: end });
  }
}

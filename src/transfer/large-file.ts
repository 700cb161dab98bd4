/**
 * One large file over several connections at once: a server, a proxy or an object storage may give each only so much.
 * It begins as one request for all of it. Where that takes long and the run has requests to spare, others join in.
 * Each stretch is continued by itself after a cut, and the checksum of the whole decides.
 */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Failure } from '../core/errors.ts';
import { retrying } from '../gitlab/http/retry.ts';
import type { Client, GetFileResult } from '../gitlab/types.ts';
import { pour } from './local/pour.ts';
import type { PartialFile } from './local/partial.ts';
import { gaps, reachFrom, Spans, type Span } from './spans.ts';

/** From here on a file is large. */
export const LARGE = 64 * 2 ** 20;

export interface LargeRules {
  /** Bytes for which a request of its own is worth while. */
  readonly smallestSpan: number;
  /** So long the first connection is watched, and then again after each such time. Milliseconds. */
  readonly watchMs: number;
  /** No other joins in where all will be there within this time. Milliseconds. */
  readonly soonMs: number;
}

const LARGE_RULES: LargeRules = { smallestSpan: 8 * 2 ** 20, watchMs: 250, soonMs: 2000 };

export interface LargeRequest {
  readonly client: Client;
  readonly url: URL;
  readonly size: number;
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** What is under way when a run is killed is fetched again: that much of each connection. */
const WRITE_SIZE = 2 ** 18;
const READ_SIZE = 2 ** 20;
const NOTHING = Buffer.alloc(0);

/** Not served in ranges, or no longer as the same bytes: the whole file is to be asked for at once. */
export class RangesRefused extends Error {}

/** Fetches what is missing; returns the SHA-256 of the whole, lower-case hex. Fails with RangesRefused besides. */
export async function fetchLarge(
  request: LargeRequest,
  partial: PartialFile,
  rules: LargeRules = LARGE_RULES,
): Promise<string> {
  return new LargeFetch(request, partial, rules).run();
}

class LargeFetch {
  readonly #request: LargeRequest;
  readonly #partial: PartialFile;
  readonly #rules: LargeRules;
  readonly #spans: Spans;
  readonly #digest: GrowingDigest;
  readonly #open = new Set<Readable>();
  readonly #active = new Set<Span>();
  readonly #workers: Promise<void>[] = [];
  readonly #stop = new AbortController();
  #failure: { readonly thrown: unknown } | undefined;
  #validator: string | undefined;
  #servesRanges = false;
  #received = 0;

  constructor(request: LargeRequest, partial: PartialFile, rules: LargeRules) {
    this.#request = request;
    this.#partial = partial;
    this.#rules = rules;
    this.#spans = new Spans(gaps(request.size, partial.there), rules.smallestSpan);
    this.#digest = new GrowingDigest(partial, request.size);
  }

  async run(): Promise<string> {
    const done = this.#partial.there.reduce((sum, { from, to }) => sum + to - from, 0);
    if (done > 0) this.#request.onBytes?.(done);
    this.#digest.follow();
    const started = performance.now();
    const watch = setInterval(() => {
      this.#letJoin(performance.now() - started);
    }, this.#rules.watchMs);
    try {
      this.#start();
      // Others may have joined by the time that one has ended.
      for (const worker of this.#workers) await worker;
    } finally {
      clearInterval(watch);
    }
    if (this.#failure !== undefined) {
      await this.#digest.stop();
      throw this.#failure.thrown;
    }
    return this.#digest.whole();
  }

  #start(): void {
    const worker = this.#work();
    this.#workers.push(worker);
  }

  async #work(): Promise<void> {
    try {
      for (let span = this.#next(); span !== undefined; span = this.#next()) await this.#fetch(span);
    } catch (thrown) {
      this.#failure ??= { thrown };
      // Others wait for their next try, or for bytes that nobody needs any more.
      this.#stop.abort(new Failure('interrupted', 'Another part of the file was lost'));
      for (const body of this.#open) body.destroy();
    }
  }

  #next(): Span | undefined {
    return this.#failure === undefined ? this.#spans.take(this.#active.size + 1) : undefined;
  }

  async #fetch(span: Span): Promise<void> {
    this.#active.add(span);
    try {
      const { policy } = this.#request.client;
      await retrying((attempt) => this.#fetchOnce(span, attempt), {
        ...policy,
        signal: AbortSignal.any([policy.signal, this.#stop.signal]),
        progress: () => span.at,
      });
    } finally {
      this.#active.delete(span);
    }
  }

  async #fetchOnce(span: Span, attempt: number): Promise<void> {
    const { client, url, size } = this.#request;
    if (span.at >= span.to) return;
    const answer = await client.getFile(url, {
      rangeFrom: span.at,
      rangeTo: span.to - 1,
      ifRange: this.#validator,
      expectSize: size,
      try: attempt,
    });
    this.#check(answer, span);
    this.#open.add(answer.body);
    let writtenTo = span.at;
    try {
      await pour(answer.body, {
        pieceSize: WRITE_SIZE,
        take: (chunk) => {
          if (this.#failure !== undefined) return NOTHING;
          const taken = chunk.subarray(0, Math.max(0, span.to - span.at));
          this.#digest.take(taken, span.at);
          span.at += taken.length;
          this.#received += taken.length;
          this.#request.onBytes?.(taken.length);
          return taken;
        },
        write: async (pieces, bytes) => {
          const from = writtenTo;
          writtenTo += bytes;
          await this.#partial.write(pieces, from, bytes);
          this.#digest.follow();
        },
      });
    } finally {
      this.#open.delete(answer.body);
      answer.body.destroy();
    }
  }

  /** Of other bytes than those of before, or of all bytes at once, nothing is taken. */
  #check({ status, total, headers, body }: GetFileResult, span: Span): void {
    const isAll = status === 200 && span.at === 0 && !this.#servesRanges;
    const isPart = status === 206 && (total === undefined || total === this.#request.size);
    if (!isAll && !isPart) {
      body.destroy();
      throw new RangesRefused(`answered ${status}`);
    }
    this.#servesRanges = isPart;
    this.#validator ??= validatorOf(headers);
  }

  /** Lets as many others join as the run has requests to spare, where that is worth while. */
  #letJoin(elapsedMs: number): void {
    if (!this.#servesRanges || this.#failure !== undefined || this.#received === 0) return;
    const left = this.#spans.free + [...this.#active].reduce((sum, { at, to }) => sum + to - at, 0);
    if ((left / this.#received) * elapsedMs < this.#rules.soonMs) return;
    for (let idle = this.#request.client.idle(); idle > 0; idle -= 1) {
      if (this.#spans.free === 0) {
        const widest = [...this.#active].sort((a, b) => b.to - b.at - (a.to - a.at))[0];
        if (widest !== undefined) this.#spans.share(widest, this.#active.size + idle);
      }
      if (this.#spans.free === 0) return;
      this.#start();
    }
  }
}

/** Only a strong validator tells that a range continues the same bytes. */
export function validatorOf(headers: GetFileResult['headers']): string | undefined {
  const { etag } = headers;
  if (etag !== undefined && !etag.startsWith('W/')) return etag;
  return headers['last-modified'];
}

/** The checksum of bytes that come out of order: as they pass where they follow each other, else from the disk. */
class GrowingDigest {
  readonly #partial: PartialFile;
  readonly #size: number;
  readonly #hash = createHash('sha256');
  #hashed = 0;
  #reading: Promise<void> | undefined;
  #stopped = false;

  constructor(partial: PartialFile, size: number) {
    this.#partial = partial;
    this.#size = size;
  }

  /** Bytes that are about to be written at `at`. */
  take(bytes: Buffer, at: number): void {
    if (this.#reading !== undefined || at !== this.#hashed) return;
    this.#hash.update(bytes);
    this.#hashed += bytes.length;
  }

  /** Reads on from the disk where more is there than was hashed. */
  follow(): void {
    if (this.#reading !== undefined || this.#behind() === 0) return;
    this.#reading = this.#read().finally(() => {
      this.#reading = undefined;
    });
    // Whoever asks for the whole is told.
    this.#reading.catch(() => undefined);
  }

  async whole(): Promise<string> {
    while (this.#hashed < this.#size) {
      this.follow();
      await this.#reading;
    }
    return this.#hash.digest('hex');
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#reading?.catch(() => undefined);
  }

  #behind(): number {
    return reachFrom(this.#hashed, this.#partial.there) - this.#hashed;
  }

  async #read(): Promise<void> {
    const buffer = Buffer.alloc(READ_SIZE);
    for (let behind = this.#behind(); behind > 0 && !this.#stopped; behind = this.#behind()) {
      const bytes = await this.#partial.read(buffer, Math.min(behind, buffer.length), this.#hashed);
      if (bytes === 0) throw new Error('the temporary file was cut short by another program');
      this.#hash.update(buffer.subarray(0, bytes));
      this.#hashed += bytes;
    }
  }
}

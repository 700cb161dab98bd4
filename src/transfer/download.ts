/** Fetches one file into its place: to a temporary file, resumed after a cut, checked, then moved. */
import { createHash, type Hash } from 'node:crypto';
import { chmod, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { Failure, isOutOfFiles } from '../core/errors.ts';
import { makeFolder } from '../core/make-folder.ts';
import { systemReason, systemWords } from '../core/system-words.ts';
import { OTHER_BYTES_HINT } from '../gitlab/http/body.ts';
import { RequestFailure } from '../gitlab/failures/request-failure.ts';
import { retrying } from '../gitlab/http/retry.ts';
import type { Client, GetFileResult } from '../gitlab/types.ts';
import type { Target, WantedFile } from './local/targets.ts';
import { patiently } from './local/patience.ts';
import { createTemporary, type TemporaryFile } from './local/temporary.ts';

export interface FetchRequest {
  readonly client: Client;
  readonly url: URL;
  readonly target: Target;
  readonly umask: number;
  readonly os: NodeJS.Platform;
  readonly onBytes?: (bytes: number) => void;
}

export interface Fetched {
  readonly size: number;
  readonly sha256: string;
  /** False where nobody told a checksum to compare with. */
  readonly verified: boolean;
}

/** Four of the network's buffers: more of them at hand cost memory for each parallel file, and gain nothing. */
const WRITE_SIZE = 256 * 1024;

/** Leaves either the whole, checked file or what was there before. */
export async function fetchFile(request: FetchRequest): Promise<Fetched> {
  try {
    return await fetchIntoPlace(request);
  } catch (error) {
    throw isSystemError(error) && !isOutOfFiles(error) ? localFailure(request.target, error) : error;
  }
}

async function fetchIntoPlace(request: FetchRequest): Promise<Fetched> {
  const { path } = request.target;
  const temporary = await temporaryIn(dirname(path));
  try {
    const sink = new Sink(temporary.handle);
    const fetched = await retrying((attempt) => fetchOnce(request, sink, attempt), {
      ...request.client.policy,
      progress: () => sink.received,
    });
    await temporary.handle.chmod(modeOf(request.target.file, request.umask));
    await temporary.handle.close();
    await patiently(() => rename(temporary.path, path), request);
    return fetched;
  } catch (error) {
    await temporary.handle.close().catch(() => undefined);
    await rm(temporary.path, { force: true });
    throw error;
  }
}

/** Most folders are there by the second file that goes into them. */
async function temporaryIn(folder: string): Promise<TemporaryFile> {
  try {
    return await createTemporary(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await makeFolder(folder);
    return createTemporary(folder);
  }
}

/** Gives a file that is unchanged the mode of the version's. */
export async function setMode({ target, umask }: Pick<FetchRequest, 'target' | 'umask'>): Promise<void> {
  await chmod(target.path, modeOf(target.file, umask));
}

/** True where the file is to be executable for its owner. */
export function hasExecutableBit(file: WantedFile, umask: number): boolean {
  return (modeOf(file, umask) & 0o100) !== 0;
}

/** Of a call to the system, here always about the disk: the network's are RequestFailures by now. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && !(error instanceof Failure) && 'syscall' in error;
}

function localFailure({ file, path }: Target, error: NodeJS.ErrnoException): Failure {
  const words = systemWords(error);
  const message = `${file.name}: ${path} cannot be written: ${systemReason(error)}`;
  return new Failure(words?.isFull === true ? 'no-space' : 'local-file', message, {
    hint: words?.hint ?? 'Check that folder and the file system it is on, or choose another folder as `directory`.',
    cause: error,
  });
}

function modeOf({ mode }: WantedFile, umask: number): number {
  return Number.parseInt(mode ?? '666', 8) & ~umask;
}

async function fetchOnce(request: FetchRequest, sink: Sink, attempt: number): Promise<Fetched> {
  const answer = await request.client.getFile(request.url, {
    rangeFrom: sink.received > 0 ? sink.received : undefined,
    ifRange: sink.validator,
    expectSize: request.target.file.size,
    try: attempt,
  });
  // Anything but the rest of the same bytes starts over.
  if (sink.received > 0 && answer.status !== 206) await sink.restart();
  if (answer.status === 416) throw startedOver(request);
  sink.validator = validatorOf(answer);
  await sink.take(answer.body, request.onBytes);
  return check(request, sink, answer);
}

async function check(request: FetchRequest, sink: Sink, answer: GetFileResult): Promise<Fetched> {
  const { name, size, sha256: told } = request.target.file;
  const expected = told ?? answer.sha256Header;
  const received = sink.received;
  const sha256 = sink.digest();
  const sizeFits = size === undefined || size === received;
  if (sizeFits && (expected === undefined || expected === sha256)) {
    return { size: received, sha256, verified: expected !== undefined };
  }
  await sink.restart();
  throw new RequestFailure(
    'checksum-mismatch',
    `${name}: the bytes that arrived are not the published ones: expected ${size ?? 'any number of'} ` +
      `bytes with sha256 ${expected ?? 'unknown'}, got ${received} bytes with sha256 ${sha256}`,
    {
      retryable: true,
      hint: `Nothing was put in its place. ${OTHER_BYTES_HINT}`,
    },
  );
}

function startedOver(request: FetchRequest): RequestFailure {
  return new RequestFailure('protocol', `${request.target.file.name}: the server refused to continue the file`, {
    retryable: true,
  });
}

/** Only a strong validator may continue a range. */
function validatorOf({ headers }: GetFileResult): string | undefined {
  const { etag } = headers;
  if (etag !== undefined && !etag.startsWith('W/')) return etag;
  return headers['last-modified'];
}

/** A file being filled: counts, hashes in the same pass, and can start over. */
class Sink {
  received = 0;
  validator: string | undefined;
  readonly #handle: FileHandle;
  #hash: Hash = createHash('sha256');

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  async restart(): Promise<void> {
    await this.#handle.truncate(0);
    this.received = 0;
    this.validator = undefined;
    this.#hash = createHash('sha256');
  }

  /** Of everything received; the sink can go on afterwards. */
  digest(): string {
    return this.#hash.copy().digest('hex');
  }

  /** Writes in large pieces while the next ones arrive. What arrived before a cut is kept. */
  async take(body: Readable, onBytes: ((bytes: number) => void) | undefined): Promise<void> {
    let pieces: Buffer[] = [];
    let pending = 0;
    let writing = Promise.resolve();
    const flush = async (): Promise<void> => {
      await writing;
      const [batch, position] = [pieces, this.received];
      this.received += pending;
      pieces = [];
      pending = 0;
      writing = this.#write(batch, position);
      // Observed at the next flush; a rejection in between must not count as unhandled.
      writing.catch(() => undefined);
    };
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        this.#hash.update(chunk);
        pieces.push(chunk);
        pending += chunk.length;
        onBytes?.(chunk.length);
        if (pending >= WRITE_SIZE) await flush();
      }
    } finally {
      if (pending > 0) await flush();
      await writing;
    }
  }

  async #write(batch: Buffer[], position: number): Promise<void> {
    let offset = position;
    for (let rest = batch; rest.length > 0;) {
      const { bytesWritten } = await this.#handle.writev(rest, offset);
      offset += bytesWritten;
      rest = dropWritten(rest, bytesWritten);
    }
  }
}

/** What a short write left over. */
function dropWritten(batch: readonly Buffer[], written: number): Buffer[] {
  const rest: Buffer[] = [];
  let skip = written;
  for (const piece of batch) {
    if (skip >= piece.length) skip -= piece.length;
    else {
      rest.push(piece.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}

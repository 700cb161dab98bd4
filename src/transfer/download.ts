/** Fetches one file into its place: to a temporary file, resumed after a cut, checked, then moved. */
import { createHash, type Hash } from 'node:crypto';
import { chmod, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { Failure, isOutOfFiles, type FailureCode } from '../core/errors.ts';
import { makeFolder } from '../core/make-folder.ts';
import { systemReason, systemWords } from '../core/system-words.ts';
import { OTHER_BYTES_HINT } from '../gitlab/http/body.ts';
import { RequestFailure } from '../gitlab/failures/request-failure.ts';
import { retrying } from '../gitlab/http/retry.ts';
import type { Client, GetFileResult } from '../gitlab/types.ts';
import type { Target, WantedFile } from './local/targets.ts';
import { patiently } from './local/patience.ts';
import { PartialFile } from './local/partial.ts';
import { pour, writeAll } from './local/pour.ts';
import { continueTemporary, createTemporary, markOf, type TemporaryFile } from './local/temporary.ts';
import { fetchLarge, LARGE, RangesRefused, validatorOf } from './large-file.ts';

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
/** How a run ends that may go on later with the bytes that have come. */
const TO_BE_CONTINUED = new Set<FailureCode>([
  'interrupted',
  'max-time',
  'network',
  'timeout',
  'rate-limited',
  'server-error',
  'unauthorized',
]);

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
  const mark = markOfLarge(request.target);
  const temporary = await temporaryIn(dirname(path), mark);
  try {
    const fetched = await fetchInto(request, temporary.handle, mark !== undefined);
    await temporary.handle.chmod(modeOf(request.target.file, request.umask));
    await temporary.handle.close();
    await patiently(() => rename(temporary.path, path), request);
    return fetched;
  } catch (error) {
    await temporary.handle.close().catch(() => undefined);
    if (mark === undefined || !isToBeContinued(error)) await rm(temporary.path, { force: true });
    throw error;
  }
}

/**
 * What tells that a temporary file is that of this target, for the run that continues it; undefined for a file that is
 * fetched anew after an end, as one is that is small, or of which no checksum is known.
 */
export function markOfLarge({ file: { size, sha256 }, place }: Pick<Target, 'file' | 'place'>): string | undefined {
  return size === undefined || sha256 === undefined || size < LARGE ? undefined : markOf(place, size, sha256);
}

/** After an end that says nothing against the bytes that have come. */
function isToBeContinued(error: unknown): boolean {
  return error instanceof Failure && TO_BE_CONTINUED.has(error.code);
}

async function fetchInto(request: FetchRequest, handle: FileHandle, isLarge: boolean): Promise<Fetched> {
  const sink = new Sink(handle);
  if (isLarge) {
    const found = await fetchParts(request, handle);
    if (found !== undefined) return found;
    await sink.restart();
  }
  return retrying((attempt) => fetchOnce(request, sink, attempt), {
    ...request.client.policy,
    progress: () => sink.received,
  });
}

/** Undefined where the server does not serve the file in ranges, or served other bytes: it is fetched as one then. */
async function fetchParts(
  { client, url, target, onBytes }: FetchRequest,
  handle: FileHandle,
): Promise<Fetched | undefined> {
  const { size = 0, sha256: expected } = target.file;
  const partial = await PartialFile.open(handle, size);
  try {
    const sha256 = await fetchLarge({ client, url, size, onBytes }, partial);
    if (sha256 !== expected) return undefined;
    await partial.complete();
    return { size, sha256, verified: true };
  } catch (thrown) {
    if (thrown instanceof RangesRefused) return undefined;
    throw thrown;
  }
}

/** Most folders are there by the second file that goes into them. */
async function temporaryIn(folder: string, mark: string | undefined): Promise<TemporaryFile> {
  const create = () => (mark === undefined ? createTemporary(folder) : continueTemporary(folder, mark));
  try {
    return await create();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await makeFolder(folder);
    return create();
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
  sink.validator = validatorOf(answer.headers);
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

  /** What arrived before a cut is kept. */
  async take(body: Readable, onBytes: ((bytes: number) => void) | undefined): Promise<void> {
    await pour(body, {
      pieceSize: WRITE_SIZE,
      take: (chunk) => {
        this.#hash.update(chunk);
        onBytes?.(chunk.length);
        return chunk;
      },
      write: async (pieces, bytes) => {
        const position = this.received;
        this.received += bytes;
        await writeAll(this.#handle, pieces, position);
      },
    });
  }
}

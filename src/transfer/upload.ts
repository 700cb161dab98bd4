/** Sends one file so that it is there once, whole, and known to be: looks before it sends again. */
import { RequestFailure } from '../gitlab/failures/request-failure.ts';
import { retrying } from '../gitlab/http/retry.ts';
import type { Client, PutFileResult } from '../gitlab/types.ts';
import type { FileSource } from './local/source.ts';
import type { StoredFile } from './model.ts';

export interface UploadRequest {
  readonly client: Client;
  readonly url: URL;
  readonly name: string;
  readonly source: FileSource;
  /** Sets the package's status in the same step; absent leaves it as it is. */
  readonly status: 'default' | 'hidden' | undefined;
  /** What the registry has of it now, or undefined where it has not arrived, or nobody can tell. */
  readonly look: () => Promise<StoredFile | undefined>;
  readonly onBytes?: (bytes: number) => void;
}

export interface Uploaded {
  readonly sha256: string;
  /** False where this GitLab gave no checksum to compare with. */
  readonly verified: boolean;
  /** Where GitLab answered with the stored record. */
  readonly packageId?: number;
}

/** Throws a RequestFailure when tries are used up, `changed-while-read` when a file is no longer what it was. */
export async function uploadFile(request: UploadRequest): Promise<Uploaded> {
  try {
    return await retrying((attempt) => sendOnce(request, attempt), {
      ...request.client.policy,
      // GitLab appends on a repeated PUT, so a doubtful answer is resolved by looking.
      beforeRetry: (failure) => findArrived(request, failure),
    });
  } catch (error) {
    // The last try may have arrived too, although its answer did not.
    const arrived = error instanceof RequestFailure ? await findArrived(request, error) : undefined;
    if (arrived === undefined) throw error;
    return arrived.value;
  }
}

async function sendOnce(request: UploadRequest, attempt: number): Promise<Uploaded> {
  const { client, url, name, source, status, onBytes } = request;
  const result = await client.putFile(url, {
    open: () => source.open(),
    size: source.size,
    query: { status, select: 'package_file' },
    try: attempt,
    onBytes,
  });
  return confirm(name, source.size, result);
}

/** Compares what the server says it stored with what was sent. */
function confirm(name: string, size: number, { record, sha256 }: PutFileResult): Uploaded {
  if (record === undefined) return { sha256, verified: false };
  if (!isIntact(size, sha256, record)) throw storedOtherBytes(name, size, sha256, record);
  return { sha256, verified: record.sha256 !== undefined, packageId: record.packageId };
}

export function isIntact(size: number, sha256: string, stored: StoredFile): boolean {
  return stored.size === size && (stored.sha256 ?? sha256) === sha256;
}

export function storedOtherBytes(name: string, size: number, sha256: string, stored: StoredFile): RequestFailure {
  return new RequestFailure(
    'checksum-mismatch',
    `${name}: GitLab stored other bytes than were sent (${stored.size} bytes, sha256 ` +
      `${stored.sha256 ?? 'unknown'}; sent ${size} bytes, sha256 ${sha256})`,
    {
      retryable: true,
      hint:
        'Something between here and GitLab changes the bytes: a proxy, a failing disk, or another run that ' +
        'publishes the same version.',
    },
  );
}

/** GitLab also refuses as a duplicate what an earlier try of ours has stored. */
async function findArrived(request: UploadRequest, failure: RequestFailure): Promise<{ value: Uploaded } | undefined> {
  if (!failure.ambiguous && !isDuplicateRefusal(failure)) return undefined;
  const stored = await request.look();
  if (stored?.size !== request.source.size) return undefined;
  const sha256 = await request.source.sha256(request.client.policy.signal);
  if (stored.sha256 !== undefined && stored.sha256 !== sha256) return undefined;
  return { value: { sha256, verified: stored.sha256 !== undefined } };
}

/** GitLab's group settings forbid to store a name of a version twice. */
export function isDuplicateRefusal(error: unknown): boolean {
  if (!(error instanceof RequestFailure) || error.status !== 400) return false;
  return error.words.includes('Duplicate package is not allowed');
}

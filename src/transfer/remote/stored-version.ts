/** One version of a package in the registry: where its files are, and what can be told of them by name. */
import { sha256OfBytes, sha256OfStream } from '../../core/digest.ts';
import { fileUrl } from '../../gitlab/address.ts';
import { hasStatus, RequestFailure } from '../../gitlab/failures/request-failure.ts';
import { retrying } from '../../gitlab/http/retry.ts';
import { countOf } from '../../gitlab/http/content-headers.ts';
import type { Client, HeadResult } from '../../gitlab/types.ts';
import { asFailure, Failure } from '../../core/errors.ts';
import { MAX_MANIFEST_BYTES, parseManifest, type StoredManifest } from './manifest.ts';
import type { StoredFile } from '../model.ts';

/**
 * Bytes that no checksum vouches for may be spoiled on their way, and are read so often before a difference is
 * believed.
 */
const MOST_READINGS = 3;

/** The version that a run is about. */
export interface VersionRef {
  readonly client: Client;
  readonly project: string;
  readonly name: string;
  readonly version: string;
}

export function urlOf(ref: VersionRef, file: string): URL {
  return fileUrl(ref.client.api, { ...ref, file });
}

/** Deploy tokens and Basic open the files, but no list; without a credential public lists are open. */
export function mayList(client: Client): boolean {
  const kind = client.credential?.kind;
  return kind !== 'deploy' && kind !== 'basic';
}

/**
 * Fetches the manifest of that name; undefined when there is none, or the file is none of ours, which
 * is believed at once only where a header tells the checksum.
 */
export async function readManifest(ref: VersionRef, name: string): Promise<StoredManifest | undefined> {
  const read = async (): Promise<ManifestReading> => {
    const file = await readSmallFile(ref, name, MAX_MANIFEST_BYTES);
    if (file === undefined) return { manifest: undefined, isSure: true };
    try {
      const manifest = parseManifest(file.bytes, ref);
      return { manifest, isSure: file.verified || manifest !== undefined };
    } catch (fault) {
      return { manifest: undefined, isSure: file.verified, fault: asFailure(fault) };
    }
  };
  const { manifest, fault } = await readUntilRight(read, ({ isSure }) => isSure);
  if (fault !== undefined) throw fault;
  return manifest;
}

/** One reading of a manifest: each is parsed once, for a long one takes a while. */
interface ManifestReading {
  readonly manifest: StoredManifest | undefined;
  /** The bytes are surely those that GitLab has. */
  readonly isSure: boolean;
  /** What is wrong with the manifest. */
  readonly fault?: Failure;
}

/**
 * What the registry serves under a name, asked by the name alone: it works while the package is
 * hidden (its list answers 404) and with tokens that may not list. The checksum is absent where no
 * header tells it.
 */
export async function peekByName(ref: VersionRef, name: string): Promise<StoredFile | undefined> {
  const url = urlOf(ref, name);
  const head = await ref.client.head(url);
  if (head.status === 404) return undefined;
  const size = (head.redirected ? undefined : sizeToldBy(head.headers)) ?? (await sizeByRange(ref, url));
  const told = head.headers['x-checksum-sha256'];
  return { size, sha256: typeof told === 'string' ? told.toLowerCase() : undefined };
}

/** A file to compare with. */
export interface Expected {
  readonly size: number;
  /** Absent: other content is no surprise. Else it is believed only after several readings. */
  readonly sha256?: (signal: AbortSignal) => Promise<string>;
}

/**
 * The same; a checksum that no header tells is worked out from the bytes, but only when the size gives
 * reason to.
 */
export async function askByName(ref: VersionRef, name: string, expected: Expected): Promise<StoredFile | undefined> {
  const stored = await peekByName(ref, name);
  if (stored === undefined || stored.sha256 !== undefined || stored.size !== expected.size) return stored;
  const sha256 = await expected.sha256?.(ref.client.policy.signal);
  return readUntilRight(
    () => hashStored(ref, urlOf(ref, name)),
    (read) => sha256 === undefined || read.sha256 === sha256,
  );
}

/** Undefined for a proxy that leaves the length out, and for one that compresses: its length is another. */
function sizeToldBy(headers: HeadResult['headers']): number | undefined {
  return headers['content-encoding'] === undefined ? countOf(headers['content-length']) : undefined;
}

/**
 * A HEAD may be redirected to a URL that is signed for another method, or tell no length: the first byte tells the
 * size. Where even that does not, all bytes are read and counted.
 */
async function sizeByRange(ref: VersionRef, url: URL): Promise<number> {
  return retrying(async (attempt) => {
    const answer = await ref.client.getFile(url, { rangeFrom: 0, rangeTo: 0, try: attempt });
    if (answer.status === 206 && answer.total === undefined) {
      answer.body.destroy();
      return (await readStored(ref, url, attempt)).size;
    }
    const size = answer.status === 416 ? 0 : answer.total;
    if (size === undefined) return (await sha256OfStream(answer.body as AsyncIterable<Buffer>)).size;
    answer.body.destroy();
    return size;
  }, ref.client.policy);
}

async function hashStored(ref: VersionRef, url: URL): Promise<StoredFile> {
  return retrying((attempt) => readStored(ref, url, attempt), ref.client.policy);
}

async function readStored(ref: VersionRef, url: URL, attempt: number): Promise<StoredFile & { sha256: string }> {
  const answer = await ref.client.getFile(url, { try: attempt });
  return sha256OfStream(answer.body as AsyncIterable<Buffer>);
}

interface SmallFile {
  readonly bytes: Buffer;
  /** A header told this checksum. */
  readonly verified: boolean;
}

/** A file's bytes in memory; undefined when it is not there. Throws `protocol` over `limit` bytes. */
async function readSmallFile(ref: VersionRef, name: string, limit: number): Promise<SmallFile | undefined> {
  try {
    return await retrying(async (attempt) => {
      const answer = await ref.client.getFile(urlOf(ref, name), { try: attempt });
      const bytes = await collect(answer.body as AsyncIterable<Buffer>, name, limit);
      const sha256 = sha256OfBytes(bytes);
      const { sha256Header } = answer;
      if (sha256Header !== undefined && sha256Header !== sha256) throw spoiled(name, sha256Header, sha256);
      return { bytes, verified: sha256Header !== undefined };
    }, ref.client.policy);
  } catch (error) {
    if (hasStatus(error, 404) && !isInvisibleProject(ref, error.words)) return undefined;
    throw error;
  }
}

function spoiled(name: string, told: string, got: string): RequestFailure {
  return new RequestFailure(
    'checksum-mismatch',
    `${name}: the bytes that arrived are not those that GitLab stored: expected sha256 ${told}, got ${got}`,
    {
      retryable: true,
      hint: 'The file in the registry is damaged, or a proxy changes it.',
    },
  );
}

/** Reads until it is as it should be; what it is not, it is believed not to be after a few readings. */
async function readUntilRight<T>(read: () => Promise<T>, isRight: (value: T) => boolean): Promise<T> {
  for (let reading = 1; ; reading += 1) {
    const value = await read();
    if (reading === MOST_READINGS || isRight(value)) return value;
  }
}

/**
 * Where no list tells whether the project can be seen at all, GitLab's words do: `404 Not Found`
 * for the project, `404 Not found` for a file.
 */
function isInvisibleProject(ref: VersionRef, words: string): boolean {
  return !mayList(ref.client) && words.includes('404 Not Found');
}

async function collect(body: AsyncIterable<Buffer>, name: string, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) {
      throw new Failure('protocol', `${name} is larger than the ${limit} bytes that a manifest may have`, {
        hint: 'The version has a file of its own by that name. Give another one as `manifest`, or `none`.',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** One version of a package in the registry: where its files are, and what can be told of them by name. */
import { sha256OfStream } from '../core/digest.ts';
import { fileUrl } from '../gitlab/address.ts';
import { hasStatus } from '../gitlab/failure.ts';
import { retrying } from '../gitlab/retry.ts';
import type { Client } from '../gitlab/types.ts';
import { Failure } from '../core/errors.ts';
import { MAX_MANIFEST_BYTES, parseManifest, type StoredManifest } from './manifest.ts';
import type { StoredFile } from './upload.ts';

/** The version that a run is about. */
export interface VersionRef {
  readonly client: Client;
  readonly project: string;
  readonly name: string;
  readonly version: string;
}

export function urlOf(ref: VersionRef, file: string): URL {
  return fileUrl(ref.client.api, ref.project, ref.name, ref.version, file);
}

/** Deploy tokens and Basic open the files, but no list; without a credential public lists are open. */
export function mayList(client: Client): boolean {
  const kind = client.credential?.kind;
  return kind !== 'deploy' && kind !== 'basic';
}

/** Fetches the manifest of that name; undefined when there is none, or the file is none of ours. */
export async function readManifest(ref: VersionRef, name: string): Promise<StoredManifest | undefined> {
  const bytes = await readSmallFile(ref, name, MAX_MANIFEST_BYTES);
  return bytes === undefined ? undefined : parseManifest(bytes, { name: ref.name, version: ref.version });
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
  const size = head.redirected ? await sizeBehindRedirect(ref, url) : Number(head.headers['content-length']);
  const told = head.headers['x-checksum-sha256'];
  return { size, sha256: typeof told === 'string' ? told.toLowerCase() : undefined };
}

/**
 * The same; a checksum that no header tells is worked out from the bytes, but only when the size
 * gives reason to: `size` is the local file's.
 */
export async function askByName(ref: VersionRef, name: string, size: number): Promise<StoredFile | undefined> {
  const stored = await peekByName(ref, name);
  const known = stored?.sha256 !== undefined || stored?.size !== size;
  return known ? stored : hashStored(ref, urlOf(ref, name));
}

/** A HEAD may be redirected to a URL that is signed for another method: the first byte tells the size. */
async function sizeBehindRedirect(ref: VersionRef, url: URL): Promise<number> {
  return retrying(async (attempt) => {
    const answer = await ref.client.getFile(url, { rangeFrom: 0, rangeTo: 0, try: attempt });
    answer.body.destroy();
    return answer.status === 416 ? 0 : (answer.total ?? Number.NaN);
  }, ref.client.policy);
}

async function hashStored(ref: VersionRef, url: URL): Promise<StoredFile> {
  return retrying(async (attempt) => {
    const answer = await ref.client.getFile(url, { try: attempt });
    return sha256OfStream(answer.body as AsyncIterable<Buffer>);
  }, ref.client.policy);
}

/** A file's bytes in memory; undefined when it is not there. Throws `protocol` over `limit` bytes. */
async function readSmallFile(ref: VersionRef, name: string, limit: number): Promise<Buffer | undefined> {
  try {
    return await retrying(async (attempt) => {
      const answer = await ref.client.getFile(urlOf(ref, name), { try: attempt });
      return collect(answer.body as AsyncIterable<Buffer>, name, limit);
    }, ref.client.policy);
  } catch (error) {
    if (hasStatus(error, 404) && !isInvisibleProject(ref, error.words)) return undefined;
    throw error;
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
      throw new Failure('protocol', `${name} is larger than the ${limit} bytes that a manifest may have`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

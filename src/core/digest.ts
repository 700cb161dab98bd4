/** SHA-256 of bytes, streams and files, and the digests that name a whole version. */

import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

const READ_BYTES = 1024 * 1024;
const HEX = /^[0-9a-f]{64}$/;
const PREFIX = 'sha256:';

/** Lower-case hexadecimal SHA-256. */
export function sha256OfBytes(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 and number of bytes of a stream, read to its end. */
export async function sha256OfStream(stream: AsyncIterable<Uint8Array>): Promise<{ sha256: string; size: number }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of stream) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { sha256: hash.digest('hex'), size };
}

export interface HashOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told after each piece. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/**
 * SHA-256 of a regular file, read a megabyte at a time. Rejects with the system's error, or with
 * the signal's reason.
 */
export async function sha256OfFile(path: string, options: HashOptions = {}): Promise<string> {
  const file = await open(path, 'r');
  try {
    return await sha256OfOpen(file, options);
  } finally {
    await file.close();
  }
}

/** The same of a file that is open, from where it stands; it stays open. */
export async function sha256OfOpen(file: FileHandle, options: HashOptions = {}): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (;;) {
    options.signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, null);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
    options.onBytes?.(bytesRead);
  }
}

/** The 64 hexadecimal digits of `sha256:…`; undefined for anything else, other algorithms and upper case included. */
export function parseDigest(text: string): string | undefined {
  const hex = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : '';
  return HEX.test(hex) ? hex : undefined;
}

/** `sha256:` and the digits. */
export function formatDigest(sha256: string): string {
  return PREFIX + sha256;
}

/**
 * Digest of a version without manifest: of its lines `<sha256>␠␠<name>\n`, sorted by the name's
 * bytes in UTF-8, as `sort` does in the C locale.
 */
export function digestOfFiles(files: Iterable<{ name: string; sha256: string }>): string {
  const rows = Array.from(files, ({ name, sha256 }) => ({ key: Buffer.from(name), line: `${sha256}  ${name}\n` }));
  rows.sort((a, b) => Buffer.compare(a.key, b.key));
  return formatDigest(sha256OfBytes(rows.map((row) => row.line).join('')));
}

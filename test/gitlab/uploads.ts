/** What the tests of uploads have in common: an upload, what arrived of it, and what GitLab says of it. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { PutFileRequest } from '../../src/gitlab/types.ts';
import type { TestClient } from './loopback.ts';

export const MIB = 1024 * 1024;

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Uploads to a place that no test cares about. */
export function put({ client }: TestClient, request: PutFileRequest): ReturnType<TestClient['client']['putFile']> {
  return client.putFile(new URL(`${client.api.href}/f`), request);
}

/** How many bytes of the body arrived before it ended or was cut. */
export async function arrivedOf(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  try {
    for await (const chunk of request) bytes += (chunk as Buffer).length;
  } catch {
    // Cut: that is what is counted.
  }
  return bytes;
}

/** GitLab's own record of a stored file, with its quirks: the folder encoded, the checksum in capitals. */
export const RECORD = {
  id: 7,
  package_id: 3,
  file_name: 'dir%2Ff.txt',
  size: 5,
  file_sha256: 'AB'.repeat(32),
  created_at: '2026-01-01',
};

/** Reads what a request's body holds: bytes, or parameters as JSON or as a form; what those must be: fields.ts. */
import { type Call, openBody } from './call.ts';
import { MOST_PAIRS, nestedFields } from './nested-fields.ts';
import { invalid, refused } from './refusal.ts';

/** Bytes; the longest text that GitLab takes is a release's description of a million characters. */
const MOST = 10 * 1024 * 1024;
/** Around as many pairs as a form may have. */
const MOST_SEPARATORS = MOST_PAIRS + 1;

/** The body's parameters by name; none for an empty body. Throws 400, 413 and 415 as GitLab answers. */
export async function bodyFields(call: Call): Promise<ReadonlyMap<string, unknown>> {
  const bytes = await readBody(call, MOST);
  if (bytes === undefined) throw refused(413, '413 Request Entity Too Large');
  if (bytes.length === 0) return new Map();
  const type = call.request.headers['content-type'] ?? '';
  const [bare = ''] = type.split(';', 1);
  switch (bare.trim().toLowerCase()) {
    case 'application/json':
      return fromJson(bytes);
    case 'application/x-www-form-urlencoded':
      assertFew(bytes, '&');
      return nestedFields(new URLSearchParams(bytes.toString('utf8')));
    case 'multipart/form-data':
      assertFew(bytes, `--${/boundary="?([^";]+)/i.exec(type)?.[1] ?? ''}`);
      return nestedFields(await fromMultipart(bytes, type));
    default:
      throw invalid(415, `The provided content-type '${type}' is not supported.`);
  }
}

/** Throws 400 for more pieces than any form may have, before each of them becomes an object. */
function assertFew(bytes: Buffer, separator: string): void {
  let count = 0;
  for (let at = bytes.indexOf(separator); at >= 0 && count <= MOST_SEPARATORS; count += 1) {
    at = bytes.indexOf(separator, at + separator.length);
  }
  if (count > MOST_SEPARATORS) throw invalid(400, '400 Bad Request');
}

/** Undefined for one of more than `most` bytes; its rest is not read. */
export async function readBody(call: Call, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of openBody(call).iterator({
    destroyOnReturn: false,
  }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function fromJson(bytes: Buffer): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw invalid(400, '400 Bad Request');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(400, '400 Bad Request');
  // A Map, for a key may be called __proto__.
  return new Map(Object.entries(value));
}

/** `curl --form`, which GitLab's own examples use. Parts that are files are no parameters here. */
async function fromMultipart(bytes: Buffer, type: string): Promise<[string, string][]> {
  const given = new Response(new Uint8Array(bytes), { headers: { 'Content-Type': type } });
  try {
    // Deprecated for servers because it holds everything in memory: here that is MOST at the most.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const form = await given.formData();
    return [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  } catch {
    throw invalid(400, '400 Bad Request');
  }
}

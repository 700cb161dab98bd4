/** Fetches secrets from where `--token-env` and `--token-file` point. Neither name nor content is ever shown. */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { flag } from '../../definitions/naming.ts';
import type { Raw } from '../../definitions/parse.ts';
import type { SecretPlace } from './flag-names.ts';
import type { ReadingProblem } from '../host.ts';
import type { Surroundings } from '../surroundings.ts';
import { errorCode } from '../system-errors.ts';

/** A longer file is not a token. */
const MAX_BYTES = 64 * 1024;

export interface FetchedSecrets {
  readonly raw: ReadonlyMap<string, Raw>;
  readonly problems: readonly ReadingProblem[];
}

/** Reads every place; a variable that is not set and a file that cannot be read are problems. */
export async function fetchSecrets(
  places: ReadonlyMap<string, SecretPlace>,
  from: Surroundings,
): Promise<FetchedSecrets> {
  const raw = new Map<string, Raw>();
  const problems: ReadingProblem[] = [];
  for (const [input, place] of places) {
    const source = flag(`${input}-${place.from === 'variable' ? 'env' : 'file'}`);
    const fetched = place.from === 'variable' ? fromEnvironment(place.name, from) : await fromFile(place.name, from);
    if ('problem' in fetched) problems.push({ input, line: `${source}: ${fetched.problem}` });
    else raw.set(input, { text: fetched.text, source });
  }
  return { raw, problems };
}

type SecretReading = { readonly text: string } | { readonly problem: string };

function fromEnvironment(name: string, { env }: Surroundings): SecretReading {
  if (!/^[A-Za-z_]\w*$/.test(name)) return { problem: 'needs the name of an environment variable, not its value' };
  const text = env[name];
  return text === undefined ? { problem: 'the variable that it names is not set' } : { text };
}

async function fromFile(name: string, from: Surroundings): Promise<SecretReading> {
  try {
    const bytes = name === '-' ? await readStream(from.stdin) : await readStart(resolve(from.cwd, name));
    if (bytes.length > MAX_BYTES) return { problem: `is longer than ${MAX_BYTES} bytes, so it is not a token` };
    return { text: bytes.toString('utf8').replace(/^\uFEFF/, '') };
  } catch (error) {
    return {
      problem: `the file that it names cannot be read (${errorCode(error) ?? 'unknown error'})`,
    };
  }
}

/** Reads one byte more than allowed at most, so that a longer file is noticed and an endless one is not read. */
async function readStart(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let left = MAX_BYTES + 1; left > 0;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(left), 0, left, null);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      left -= bytesRead;
    }
    return Buffer.concat(chunks);
  } finally {
    await file.close();
  }
}

async function readStream(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    chunks.push(bytes);
    length += bytes.length;
    if (length > MAX_BYTES) break;
  }
  return Buffer.concat(chunks);
}

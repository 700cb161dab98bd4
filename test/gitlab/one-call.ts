/** A program of its own that makes one call and one upload: for what the environment decides when Node starts. */

import { Readable } from 'node:stream';
import { createClient } from '../../src/gitlab/http/client.ts';
import { Failure } from '../../src/core/errors.ts';

const [root = '', ca] = process.argv.slice(2);

try {
  const client = createClient({
    api: new URL(root),
    credential: { kind: 'private', header: ['PRIVATE-TOKEN', 'glpat-secret'], masks: [] },
    userAgent: 'generic-packages/test',
    concurrency: 2,
    retries: 0,
    timeoutMs: 5000,
    ...(ca === undefined ? {} : { ca }),
    signal: new AbortController().signal,
  });
  const { data } = await client.json('GET', '/x');
  await client.json('GET', '/x');
  const size = 2 * 1024 * 1024;
  const { status } = await client.putFile(new URL(`${root}/f`), {
    open: () => Readable.from([Buffer.alloc(size)]),
    size,
  });
  const file = await client.getFile(new URL(`${root}/f`));
  let bytes = 0;
  for await (const chunk of file.body) bytes += (chunk as Buffer).length;
  console.log(JSON.stringify({ data, status, bytes }));
} catch (thrown) {
  if (!(thrown instanceof Failure)) throw thrown;
  console.log(JSON.stringify({ code: thrown.code, message: thrown.message, hint: thrown.hint }));
}

/** A server that has an IPv6 address only. */
import { afterEach, expect, test } from '@jest/globals';
import { networkInterfaces } from 'node:os';
import { bodyOf, clientOf, closeAll, opening, sendJson, serve } from './loopback.ts';

afterEach(closeAll);

// A machine without IPv6 reaches the same server by the name that every machine has.
const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((one) => one?.address === '::1');
const address = hasIpv6 ? '::1' : '127.0.0.1';

test('a server at [::1] is reached by calls, uploads and downloads', async () => {
  const host = await serve((request, response) => {
    request.resume();
    request.on('end', () => {
      sendJson(response, 200, { host: request.headers.host });
    });
  }, address);
  const { client } = clientOf(host.api);

  const answer = await client.json('GET', '/x');
  await client.putFile(new URL(`${host.origin}/f`), { open: opening(Buffer.from('a')), size: 1 });
  const file = await client.getFile(new URL(`${host.origin}/f`));

  expect(answer.data).toEqual({ host: new URL(host.origin).host });
  expect((await bodyOf(file.body)).toString()).toContain(new URL(host.origin).host);
  expect(host.seen.map((one) => one.headers.host)).toEqual(Array(3).fill(new URL(host.origin).host));
});

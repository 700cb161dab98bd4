/**
 * The shortest honest program that moves one file and knows its SHA-256: what our transfers are
 * measured against. `pump.mjs up FILE URL` or `pump.mjs down FILE URL`, with TOKEN in the environment;
 * prints the digest. No retry, no resume, no check against anything. Plain JavaScript, so that it
 * does not pay for types at each start.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { request } from 'node:http';
import { pipeline } from 'node:stream/promises';

const [way, file, url] = process.argv.slice(2);
const headers = { 'PRIVATE-TOKEN': process.env.TOKEN };
const hash = createHash('sha256');

async function* hashed(stream) {
  for await (const chunk of stream) {
    hash.update(chunk);
    yield chunk;
  }
}

function answerTo(sending) {
  return new Promise((resolve, reject) => {
    sending.on('error', reject).on('response', (message) => {
      if (message.statusCode === 200 || message.statusCode === 201) resolve(message);
      else reject(new Error(`answered ${message.statusCode}`));
    });
  });
}

if (way === 'up') {
  const sending = request(url, { method: 'PUT', headers: { ...headers, 'Content-Length': statSync(file).size } });
  const answered = answerTo(sending);
  await pipeline(createReadStream(file, { highWaterMark: 2 ** 20 }), hashed, sending);
  (await answered).resume();
} else {
  const asking = request(url, { headers });
  const answered = answerTo(asking);
  asking.end();
  await pipeline(await answered, hashed, createWriteStream(file));
}
process.stdout.write(hash.digest('hex'));

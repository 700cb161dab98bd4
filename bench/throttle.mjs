/**
 * A relay that holds each connection to so many bytes a second, both ways, as a proxy, an object storage or a long
 * line does. `throttle.mjs HOST PORT BYTES_PER_SECOND`; prints the port that it listens on.
 */
import { connect, createServer } from 'node:net';
import { clearInterval, setInterval } from 'node:timers';

const [host, port, rate] = process.argv.slice(2);
const TICK_MS = 10;
const share = (Number(rate) * TICK_MS) / 1000;

/** Passes on what comes, so much in each tick; what was not used is kept for one more. */
function hold(from, to) {
  let allowed = share;
  const clock = setInterval(() => {
    allowed = Math.min(allowed + share, 2 * share);
    if (allowed > 0) from.resume();
  }, TICK_MS);
  from.on('data', (chunk) => {
    allowed -= chunk.length;
    to.write(chunk);
    if (allowed <= 0) from.pause();
  });
  from.once('close', () => clearInterval(clock));
  from.once('end', () => to.end());
  from.on('error', () => to.destroy());
}

const server = createServer((client) => {
  const upstream = connect(Number(port), host);
  hold(client, upstream);
  hold(upstream, client);
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));

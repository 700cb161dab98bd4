/** A web server that has nothing to do with the forge: it gives one file and remembers what it was asked with. */
import { createReadStream } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Elsewhere {
  /** Address of the file. */
  readonly url: string;
  /** Headers of each request, in order of arrival. */
  readonly seen: readonly IncomingHttpHeaders[];
  close(): Promise<void>;
}

export async function openElsewhere(file: string): Promise<Elsewhere> {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/generic-packages.js`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

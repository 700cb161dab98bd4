/**
 * One origin that is a GitLab to gitlab-ci-local: git over smart HTTP for bare repositories, and the REST
 * API of an embedded registry. No CI_SERVER_* variable needs to be told: they follow from `origin`.
 */
import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { git } from './checkout.ts';

export interface Forge {
  /** `http://127.0.0.1:41234` */
  readonly url: string;
  /** Makes a bare repository of that path and returns the address to clone it from. */
  addRepository(path: string): Promise<string>;
  close(): Promise<void>;
}

/** `root` is where the bare repositories go; `registryUrl` serves `/api/`. */
export async function openForge(root: string, registryUrl: string): Promise<Forge> {
  await mkdir(root, { recursive: true });
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/api/') === true) passOn(registryUrl, request, response);
    else serveGit(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    addRepository: async (path) => {
      const bare = join(root, `${path}.git`);
      await mkdir(bare, { recursive: true });
      await git(bare, 'init', '--quiet', '--bare', '--initial-branch=main');
      await git(bare, 'config', 'http.receivepack', 'true');
      await git(bare, 'config', 'uploadpack.allowFilter', 'true');
      await git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
      return `${url}/${path}.git`;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** `Host` stays as it came, so that the addresses in the registry's answers are this origin's. */
function passOn(registryUrl: string, request: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = request;
  const onward = httpRequest(new URL(request.url ?? '/', registryUrl), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

/** One request as `git http-backend` reads it: headers as variables, the body on standard input. */
function serveGit(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://forge.invalid');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      REMOTE_USER: 'test',
      REQUEST_METHOD: request.method ?? 'GET',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('error', () => response.destroy());
  child.on('close', () => {
    answerAsSaid(Buffer.concat(chunks), response);
  });
}

/** CGI: header lines, `Status` among them, a blank line, the body. */
function answerAsSaid(said: Buffer, response: ServerResponse): void {
  const end = said.indexOf('\r\n\r\n');
  if (end < 0) {
    response.writeHead(500).end();
    return;
  }
  for (const line of said.subarray(0, end).toString().split('\r\n')) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()];
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(said.subarray(end + 4));
}

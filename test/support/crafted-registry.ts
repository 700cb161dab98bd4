/** A registry made by hand: it lists and serves whatever a test wants, also what no GitLab would ever take. */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Version } from './raw.ts';

/** One row of the file list. The bytes are served under the name as it is asked for, decoded once. */
export interface CraftedFile {
  /** As GitLab stores it: percent-encoded. */
  readonly storedName: string;
  readonly content: string | Buffer;
  /** What the list says; the truth where it is absent. */
  readonly size?: number;
  readonly sha256?: string;
}

export interface CraftedVersion extends Version {
  readonly files: readonly CraftedFile[];
}

export interface CraftedRegistry {
  /** Root of the API. */
  readonly apiUrl: string;
  /** Addresses of files whose bytes were asked for, in order, as they came. */
  readonly fileGets: readonly string[];
  readonly requests: readonly string[];
  readonly close: () => Promise<void>;
}

/** What a test answers itself; true: it was answered. */
export type Interceptor = (url: URL, response: ServerResponse, request: IncomingMessage) => boolean;

const PAGE = 100;

/** Serves one visible version, on loopback, to anybody. */
async function openCrafted(version: CraftedVersion, intercept: Interceptor = () => false): Promise<CraftedRegistry> {
  const requests: string[] = [];
  const fileGets: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://crafted');
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (request.method === 'GET' && isFile(url)) fileGets.push(request.url ?? '');
    if (!intercept(url, response, request)) answer(version, url, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    apiUrl: `http://127.0.0.1:${port}/api/v4`,
    fileGets,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

/** The same for as long as `work` takes. */
export async function withCrafted<T>(
  version: CraftedVersion,
  work: (crafted: CraftedRegistry) => Promise<T>,
  intercept?: Interceptor,
): Promise<T> {
  const crafted = await openCrafted(version, intercept);
  try {
    return await work(crafted);
  } finally {
    await crafted.close();
  }
}

export function sendJson(response: ServerResponse, data: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(data));
}

function isFile({ pathname }: URL): boolean {
  return pathname.includes('/packages/generic/');
}

function answer(version: CraftedVersion, url: URL, response: ServerResponse): void {
  if (isFile(url)) sendFile(version, url, response);
  else if (url.pathname.endsWith('/package_files')) sendRows(version, url, response);
  else if (url.pathname.endsWith('/packages'))
    sendJson(response, url.searchParams.get('status') === 'hidden' ? [] : [packageRow(version)]);
  else response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"message":"404 Not found"}');
}

function sendFile({ files }: CraftedVersion, url: URL, response: ServerResponse): void {
  const asked = url.pathname.split('/packages/generic/')[1]?.split('/').slice(2).join('/') ?? '';
  const file = files.findLast(({ storedName }) => decoded(storedName) === decoded(asked));
  if (file === undefined)
    response.writeHead(404, { 'Content-Type': 'application/json' }).end('{"message":"404 Not found"}');
  else response.writeHead(200, { 'Content-Length': Buffer.byteLength(file.content) }).end(file.content);
}

function sendRows({ files }: CraftedVersion, url: URL, response: ServerResponse): void {
  const rows = files.map((file, index) => fileRow(file, index + 1));
  if (url.searchParams.get('sort') === 'desc') rows.reverse();
  const page = Number(url.searchParams.get('page') ?? 1);
  const next = page * PAGE < rows.length ? String(page + 1) : '';
  sendJson(response, rows.slice((page - 1) * PAGE, page * PAGE), {
    'X-Next-Page': next,
    'X-Total': String(rows.length),
  });
}

function packageRow({ name, version }: Version): object {
  return {
    id: 7,
    name,
    version,
    package_type: 'generic',
    status: 'default',
    created_at: '2026-01-01T00:00:00.000Z',
    _links: {},
  };
}

function fileRow({ storedName, content, size, sha256 }: CraftedFile, id: number): object {
  return {
    id,
    package_id: 7,
    file_name: storedName,
    size: size ?? Buffer.byteLength(content),
    file_sha256: sha256 ?? createHash('sha256').update(content).digest('hex'),
    created_at: '2026-01-01T00:00:00.000Z',
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

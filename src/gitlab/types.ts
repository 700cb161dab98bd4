/** The contract of the client: what it is made with, what it is asked, what it answers. No behaviour. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { ProxySettings } from '../core/proxy-settings.ts';
import type { Credential } from './credentials.ts';
import type { RequestFailure } from './failures/request-failure.ts';

/** What a request is for: decides which cause and next step a refusal names. */
export type Operation = 'upload' | 'download' | 'list' | 'delete' | 'project' | 'variables' | 'releases' | 'tags';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** One line of `--verbose`: never a query, never a credential. */
export interface RequestLine {
  method: string;
  /** Address without query and fragment. */
  url: string;
  status: number | undefined;
  /** What went wrong where no answer came (`ECONNRESET`, `timeout`, …). */
  error: string | undefined;
  /** From sending to the answer's head; its body is not in it. */
  ms: number;
  /** 1 for the first. */
  try: number;
  /** GitLab's `X-Request-Id`. */
  requestId: string | undefined;
}

/** Requests wait for the end of a window of GitLab's rate limit. */
export interface PauseNote {
  readonly delayMs: number;
  /** `RateLimit-Name`: the setting of GitLab that limits; undefined where the answer names none. */
  readonly name: string | undefined;
}

export interface RetryNote {
  failure: RequestFailure;
  /** The failure in one line, for the log. */
  reason: string;
  /** The try that comes now, 2 for the first repetition. */
  nextTry: number;
  delayMs: number;
}

/** PEM texts: the certificate with those that it was signed with, and its key. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
}

type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export interface ClientOptions {
  /** Root of the REST API, from `parseApiUrl`. */
  api: URL;
  credential: Credential | undefined;
  userAgent: string;
  /** Most requests at once, from the start. */
  concurrency: number;
  /** Tries after the first. */
  retries: number;
  /** A request with no byte moving for so long is given up. */
  timeoutMs: number;
  /** How much longer the answer may take after an upload's last byte; 600 s when absent. */
  answerGraceMs?: number;
  /** PEM of authorities, added to those of Node and of the system. */
  ca?: string | undefined;
  /** Shown to the API's own server, and to no other. */
  clientCertificate?: ClientCertificate | undefined;
  /** Files may come from plain http where an https API redirects there; no credential goes along. */
  allowHttp?: boolean | undefined;
  /** The environment's proxies; none when absent. */
  proxy?: ProxySettings | undefined;
  /** Aborted with a Failure as its reason. */
  signal: AbortSignal;
  onRequest?: ((line: RequestLine) => void) | undefined;
  onRetry?: ((note: RetryNote) => void) | undefined;
  /** Told when requests begin to wait for the end of a window of GitLab's rate limit. */
  onPause?: ((note: PauseNote) => void) | undefined;
  /** Answers 429 use up no tries. */
  waitsForLimits?: boolean | undefined;
  random?: () => number;
  sleep?: Sleep;
  /** Milliseconds since 1970. */
  now?: () => number;
}

/** How the one retry loop behaves; `client.policy` is the run's own, spread it and add `beforeRetry`. */
export interface RetryPolicy {
  retries: number;
  signal: AbortSignal;
  random: () => number;
  sleep: Sleep;
  onRetry?: ((note: RetryNote) => void) | undefined;
  /** Answers 429 use up no tries: they are waited for as long as the run may take. */
  waitsForLimits?: boolean | undefined;
}

export interface JsonRequest {
  query?: Query;
  /** Sent as JSON. */
  body?: unknown;
  /** For example `If-Unmodified-Since`; a credential's header cannot be set here. */
  headers?: Readonly<Record<string, string>>;
  operation?: Operation;
}

interface ListRequest extends Omit<JsonRequest, 'body'> {
  /** No more rows than this. */
  most?: number | undefined;
}

export interface JsonAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Parsed; undefined for an empty body (204). */
  data: unknown;
  tries: number;
}

export interface Page {
  items: readonly unknown[];
  page: number;
  /** `X-Total`; GitLab leaves it out for very long lists. */
  total: number | undefined;
  /** How many pages there are, where anything tells. */
  pages: number | undefined;
  /** False: a page follows, or may follow where no header tells. */
  last: boolean;
}

/** What a row of a list is known by, and what is kept of it; undefined: nothing. Fails on what is no such row. */
export type RowReader<T> = (item: unknown) => { key: string | number; row: T | undefined };

export interface PutFileRequest {
  /** A new stream for each attempt, from the first byte; read in pieces of 256 KiB or more. */
  open: () => Readable | Promise<Readable>;
  /** Bytes promised, from the opened file. */
  size: number;
  query?: Query;
  /** Number of this try, for the log. */
  try?: number;
  /** Bytes handed to the network since the last call. */
  onBytes?: ((bytes: number) => void) | undefined;
}

/** A file as GitLab has it stored. */
export interface FileRow {
  id: number;
  packageId: number;
  /** Real slashes; equal to `storedName` where that does not decode. */
  name: string;
  /** As GitLab keeps it: percent-encoded where the name has folders. */
  storedName: string;
  /** False: `storedName` is not a clean percent-encoding; such a name is to be refused. */
  decodes: boolean;
  size: number;
  /** Lower-case hex; undefined where GitLab has none. */
  sha256: string | undefined;
  /** ISO 8601; empty where GitLab names none. */
  createdAt: string;
}

export interface PutFileResult {
  status: number;
  /** With `select=package_file`, from GitLab versions that know it. */
  record: FileRow | undefined;
  /** Of the bytes that were sent, lower-case hex. */
  sha256: string;
}

export interface GetFileRequest {
  /** Ask for the bytes from here on. */
  rangeFrom?: number | undefined;
  /** With `rangeFrom`: up to and with this byte. */
  rangeTo?: number | undefined;
  /** `ETag` or `Last-Modified` of what the range continues. */
  ifRange?: string | undefined;
  /** Bytes of the whole file: more are cut off and refused, fewer are a retryable failure. */
  expectSize?: number | undefined;
  /** Number of this try, for the log. */
  try?: number;
}

export interface GetFileResult {
  /** 200, 206, or 416 with an empty body when `rangeFrom` was asked for. */
  status: number;
  headers: IncomingHttpHeaders;
  /** `X-Checksum-SHA256` of the first answer that has it, lower-case hex. */
  sha256Header: string | undefined;
  /** Bytes of this body (`Content-Length`). */
  length: number | undefined;
  /** Bytes of the whole file, from `Content-Range` or a 200's length. */
  total: number | undefined;
  /** Where the bytes come from; another origin than the API's after a redirect. */
  origin: string;
  /** Fails with a RequestFailure. Holds a place at the gate until it has ended or is destroyed. */
  body: Readable;
}

export interface HeadResult {
  /** 2xx, 3xx or 404; anything else is thrown. */
  status: number;
  headers: IncomingHttpHeaders;
  /** Answered by a redirect, which was not followed: the file is there. */
  redirected: boolean;
}

/** The one HTTP session of a run. Every failure is a RequestFailure, but for the reason of `signal`. */
export interface Client {
  readonly api: URL;
  readonly credential: Credential | undefined;
  readonly policy: RetryPolicy;
  /**
   * One API call, sent again when that is safe: GET, HEAD and DELETE after any passing failure,
   * others only after a refused connection or 429.
   * `path` stands below the API's root, encoded, with a leading slash.
   */
  json(method: string, path: string, request?: JsonRequest): Promise<JsonAnswer>;
  /** The first page of a list, 100 items at most. */
  firstPage(path: string, request?: Omit<JsonRequest, 'body'>): Promise<Page>;
  /**
   * The rows of a whole list that `read` keeps, each once, also when others come and go meanwhile. With `most` the
   * first so many, and the list is read no further.
   */
  rows<T>(path: string, read: RowReader<T>, request?: ListRequest): Promise<T[]>;
  /** One attempt to send a file. */
  putFile(url: URL, request: PutFileRequest): Promise<PutFileResult>;
  /** One attempt to open a file's bytes; redirects are followed, credentials stay behind. */
  getFile(url: URL, request?: GetFileRequest): Promise<GetFileResult>;
  /** HEAD of a file, retried; redirects are not followed. */
  head(url: URL): Promise<HeadResult>;
  /** How many requests may run at once just now. */
  width(): number;
  /** How many more could run at once just now. */
  idle(): number;
  /** Closes all connections. */
  close(): void;
}

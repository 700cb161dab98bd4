/** Failures without an answer: what the system, TLS or a proxy reported, as a RequestFailure. */

import { RequestFailure, type RequestFailureDetails } from './request-failure.ts';

export interface Sent {
  method: string;
  /** Without query. */
  url: string;
  host: string;
  proxy: string | undefined;
  /** The API's origin, where it redirected to this address. */
  redirectedBy?: string | undefined;
  /** The server may have obeyed although no answer came. */
  ambiguous: boolean;
  /** A reused connection, no byte of an answer, and a method that may be repeated. */
  stale: boolean;
}

const CUT = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);
const UNREACHABLE = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'ETIMEDOUT']);
/** Before a tunnel stands it is the proxy that cannot be reached, whatever host is asked for. */
const NO_WAY_THERE = new Map([
  ['ENOTFOUND', "the proxy's host is not known"],
  ['EAI_AGAIN', "the name server did not answer for the proxy's host"],
  ['ECONNREFUSED', 'the proxy refused the connection'],
]);
const UNKNOWN_AUTHORITY = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);
const OTHER_CERTIFICATE = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
]);

/** The system's code of an error, also of several at once (one for each address of a host). */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const code: unknown = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : '';
}

/** What went wrong with a request that got no whole answer. */
export function networkFailure(error: unknown, sent: Sent): RequestFailure {
  const code = codeOf(error);
  const tried = `${sent.method} ${sent.url}`;
  const via = sent.proxy === undefined ? '' : ` (through the proxy ${sent.proxy})`;
  const proxyName = sent.url.startsWith('https:') ? 'https_proxy' : 'http_proxy';
  const checkProxy = `Check the proxy ${sent.proxy ?? ''}, which the environment names (${proxyName} or ${proxyName.toUpperCase()}); no_proxy names hosts that need none.`;
  const make = (text: string, hint: string, more: RequestFailureDetails = {}): RequestFailure =>
    new RequestFailure('network', `${tried} got no answer: ${text}${via}`, {
      hint: storageHint(sent) ?? hint,
      cause: error,
      ...more,
    });

  if (sent.proxy !== undefined && NO_WAY_THERE.has(code)) {
    return make(`${NO_WAY_THERE.get(code) ?? ''} (${code})`, checkProxy, {
      retryable: code !== 'ENOTFOUND',
      unsent: true,
    });
  }
  if (code === 'ENOTFOUND') {
    return make(
      `the host ${sent.host} is not known (ENOTFOUND)`,
      'Check the host in api-url; if this machine needs a proxy, name it in https_proxy.',
      { unsent: true },
    );
  }
  if (code === 'EAI_AGAIN') {
    return make(
      `the name server did not answer for ${sent.host} (EAI_AGAIN)`,
      "Check this machine's name resolution.",
      { retryable: true, unsent: true },
    );
  }
  if (code === 'ECONNREFUSED') {
    return make(
      'the connection was refused (ECONNREFUSED)',
      'Check host and port in api-url, and whether the server is up.',
      { retryable: true, unsent: true },
    );
  }
  if (code === 'ERR_PROXY_TUNNEL') return tunnelFailure(error, make);
  if (UNKNOWN_AUTHORITY.has(code)) {
    return make(
      `its certificate is not signed by an authority known here (${code})`,
      'Give the PEM file of your own authority by the input ca-file.',
      { unsent: true },
    );
  }
  if (OTHER_CERTIFICATE.has(code)) {
    return make(
      `its certificate is not valid for this (${code})`,
      'Check the host name in api-url, the certificate of the server and the clock of this machine.',
      { unsent: true },
    );
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) {
    return make(
      `TLS could not be agreed (${code})`,
      'Check that api-url is https and not http, and that its port speaks TLS.',
      { unsent: true },
    );
  }
  if (code.startsWith('HPE_')) {
    return new RequestFailure('protocol', `${tried} was answered by something that is no HTTP (${code})${via}`, {
      hint: 'Check scheme and port of api-url.',
      cause: error,
      ambiguous: sent.ambiguous,
    });
  }
  const passing = { retryable: true, ambiguous: sent.ambiguous, stale: sent.stale };
  if (UNREACHABLE.has(code)) {
    return make(
      `the host could not be reached (${code})`,
      'Check the network, firewall and proxy settings of this machine.',
      isConnecting(error) ? { retryable: true, unsent: true } : passing,
    );
  }
  const text = CUT.has(code) ? `the connection was cut (${code})` : describe(error, code);
  return make(text, 'Run again; if it stays, ask for the logs of GitLab or of the proxy in front of it.', passing);
}

/** No input of ours names that host: what would help with api-url helps nobody here. */
function storageHint({ redirectedBy, proxy }: Sent): string | undefined {
  if (redirectedBy === undefined || proxy !== undefined) return undefined;
  return (
    `${redirectedBy} redirected there, as GitLab does where files lie in object storage: this machine has to reach that server too ` +
    'and know its authority (ca-file), or an administrator lets GitLab hand out the files itself (proxy_download).'
  );
}

function tunnelFailure(
  error: unknown,
  make: (text: string, hint: string, more?: RequestFailureDetails) => RequestFailure,
): RequestFailure {
  const status: unknown = (error as { statusCode?: unknown }).statusCode;
  const answer = typeof status === 'number' ? `answered ${status}` : 'did not open a tunnel';
  const hint =
    status === 407
      ? 'Put user name and password for it into https_proxy.'
      : 'Ask for this host to be allowed in the proxy, or add it to no_proxy.';
  return make(`the proxy ${answer}`, hint, { unsent: true, retryable: typeof status !== 'number' || status >= 500 });
}

function isConnecting(error: unknown): boolean {
  return (error as { syscall?: unknown }).syscall === 'connect';
}

function describe(error: unknown, code: string): string {
  const message = error instanceof Error ? error.message : String(error);
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}

/** Failures without an answer: what the system, TLS or a proxy reported, as a RequestFailure. */

import { RequestFailure } from './request-failure.ts';

export interface SentRequest {
  method: string;
  /** Without query. */
  url: string;
  host: string;
  proxy: string | undefined;
  /** The API's origin, where it redirected to this address. */
  redirectedBy?: string | undefined;
  /** The server may have obeyed although no answer came. */
  ambiguous: boolean;
  /** A reused connection was closed, and no byte of an answer came. */
  stale: boolean;
}

/**
 * - `lasting`: the same request fails again.
 * - `unsent`: it never reached the server, and may do so later.
 * - `passing`: it may succeed later; it may have been obeyed.
 */
type Fate = 'lasting' | 'unsent' | 'passing';

interface NetworkCause {
  codes: readonly (string | RegExp)[];
  /** `HOST` stands for the server's. */
  text: string;
  hint: string;
  fate: Fate;
}

/** Before a tunnel stands it is the proxy that cannot be reached, whatever host is asked for. */
const PROXY_CAUSES: readonly Omit<NetworkCause, 'hint'>[] = [
  { codes: ['ENOTFOUND'], text: "the proxy's host is not known", fate: 'lasting' },
  { codes: ['EAI_AGAIN'], text: "the name server did not answer for the proxy's host", fate: 'unsent' },
  { codes: ['ECONNREFUSED'], text: 'the proxy refused the connection', fate: 'unsent' },
];

const CAUSES: readonly NetworkCause[] = [
  {
    codes: ['ENOTFOUND'],
    text: 'the host HOST is not known',
    hint: 'Check the host in api-url. If this machine needs a proxy, name it in https_proxy.',
    fate: 'lasting',
  },
  {
    codes: ['EAI_AGAIN'],
    text: 'the name server did not answer for HOST',
    hint: "Check this machine's name resolution (DNS).",
    fate: 'unsent',
  },
  {
    codes: ['ECONNREFUSED'],
    text: 'the server refused the connection',
    hint: 'Check host and port in api-url, and whether the server is up.',
    fate: 'unsent',
  },
  {
    codes: [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'SELF_SIGNED_CERT_IN_CHAIN',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'UNABLE_TO_GET_ISSUER_CERT',
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    ],
    text: 'this machine does not know the authority that signed the certificate of the server',
    hint: 'Give the PEM file of your own authority as the input ca-file.',
    fate: 'lasting',
  },
  {
    codes: [/^CERT_/, 'ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH'],
    text: 'the certificate of the server is not valid for HOST',
    hint: 'Check the host name in api-url, the certificate of the server and the clock of this machine.',
    fate: 'lasting',
  },
  {
    codes: [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      /^ERR_SSL_\w+_ALERT_(?:BAD|UNKNOWN|REVOKED)_C(?:A|ERTIFICATE)$/,
    ],
    text: 'the server asks for a certificate of the client, or does not take the one that was sent',
    hint: 'Give client-certificate, the path of a PEM file with certificate and key that this server knows.',
    fate: 'lasting',
  },
  {
    codes: ['EPROTO', /^ERR_SSL_/, /^ERR_TLS_/],
    text: 'the server and this machine could not agree on TLS',
    hint: 'Check that api-url is https and not http, and that its port speaks TLS.',
    fate: 'lasting',
  },
  {
    codes: ['EMFILE', 'ENFILE'],
    text: 'too many files and connections are open on this machine',
    hint: 'Raise the limit of open files (`ulimit -n`), or lower `concurrency`.',
    fate: 'unsent',
  },
  {
    codes: ['EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'ETIMEDOUT'],
    text: 'this machine could not reach the host HOST',
    hint: 'Check the network, firewall and proxy settings of this machine.',
    fate: 'passing',
  },
  {
    codes: ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'],
    text: 'the connection was cut',
    hint: 'Run again. If it stays, ask for the logs of GitLab, or of the proxy in front of it.',
    fate: 'passing',
  },
];

/** The system's code of an error, also of several at once (one for each address of a host). */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const code: unknown = (error as { code?: unknown }).code;
  return typeof code === 'string' ? code : '';
}

/** What went wrong with a request that got no whole answer; no error where the answer just ended too early. */
export function networkFailure(error: unknown, sent: SentRequest): RequestFailure {
  const code = codeOf(error);
  const tried = `${sent.method} ${sent.url}`;
  const via = sent.proxy === undefined ? '' : ` (through the proxy ${sent.proxy})`;
  if (code.startsWith('HPE_')) {
    return new RequestFailure('protocol', `${tried} was answered with something that is not HTTP (${code})${via}`, {
      hint: 'Check scheme and port of api-url.',
      cause: error,
      ambiguous: sent.ambiguous,
    });
  }
  const { text, hint, fate } = code === 'ERR_PROXY_TUNNEL' ? tunnelCause(error) : causeOf(error, code, sent);
  const arrived = fate === 'passing' && !isConnecting(error);
  return new RequestFailure('network', `${tried} got no answer: ${text.replace('HOST', sent.host)}${via}`, {
    hint: storageHint(sent) ?? hint,
    cause: error,
    retryable: fate !== 'lasting',
    unsent: !arrived,
    ambiguous: arrived && sent.ambiguous,
    stale: arrived && sent.stale,
  });
}

type Explanation = Omit<NetworkCause, 'codes'>;

function causeOf(error: unknown, code: string, sent: SentRequest): Explanation {
  const matches = ({ codes }: Pick<NetworkCause, 'codes'>): boolean =>
    codes.some((known) => (typeof known === 'string' ? known === code : known.test(code)));
  const ofProxy = sent.proxy === undefined ? undefined : PROXY_CAUSES.find(matches);
  if (ofProxy !== undefined) return { ...ofProxy, text: `${ofProxy.text} (${code})`, hint: proxyHint(sent) };
  const known = CAUSES.find(matches);
  if (known !== undefined) return { ...known, text: `${known.text} (${code})` };
  const message = messageOf(error);
  return {
    text: code === '' || message.includes(code) ? message : `${message} (${code})`,
    hint: 'Run again. If it stays, ask for the logs of GitLab, or of the proxy in front of it.',
    fate: 'passing',
  };
}

function tunnelCause(error: unknown): Explanation {
  const status: unknown = (error as { statusCode?: unknown }).statusCode;
  return {
    text: typeof status === 'number' ? `the proxy answered ${status}` : 'the proxy did not open a tunnel',
    hint:
      status === 407
        ? 'Put the user name and password of the proxy into https_proxy.'
        : "Ask the proxy's administrator to allow this host, or add it to no_proxy.",
    fate: typeof status === 'number' && status < 500 ? 'lasting' : 'unsent',
  };
}

function proxyHint({ url, proxy }: SentRequest): string {
  const name = url.startsWith('https:') ? 'https_proxy' : 'http_proxy';
  return (
    `The environment names this proxy (${name} or ${name.toUpperCase()}), and in no_proxy the hosts that ` +
    `need none. Check the proxy ${proxy ?? ''} and these variables.`
  );
}

/** No input of ours names that host: what would help with api-url helps nobody here. */
function storageHint({ redirectedBy, proxy }: SentRequest): string | undefined {
  if (redirectedBy === undefined || proxy !== undefined) return undefined;
  return (
    `${redirectedBy} redirected there, as GitLab does where files lie in object storage. ` +
    'Let this machine reach that server and know its authority (ca-file), or ask an administrator to let ' +
    'GitLab send the files itself (proxy_download).'
  );
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === 'string' ? error : 'the connection was cut';
}

function isConnecting(error: unknown): boolean {
  return (error as { syscall?: unknown } | undefined)?.syscall === 'connect';
}

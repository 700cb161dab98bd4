/**
 * Signed, expiring addresses of the object store, in S3's manner: made here for the redirect, checked by objects.ts.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds that an address is good for, as GitLab's default. */
const LIFETIME = 600;

export interface ObjectUrls {
  /** `origin` is that of the object store, as this client can reach it. */
  sign(origin: string, given: SignedObject): string;
  /** What the address names, or why it is refused: S3's error code. */
  check(url: URL, method: string): AllowedObject | 'AccessDenied' | 'SignatureDoesNotMatch';
  /** `http://host:port` under which a client that came by this `Host` header reaches the store. */
  originFor(host: string | undefined): string;
}

interface SignedObject {
  /** An address is signed for one method, and HEAD is not GET. */
  readonly method: string;
  readonly file: {
    readonly id: number;
    readonly package_id: number;
    readonly blob: string;
    readonly file_name: string;
  };
  readonly disposition: string;
  readonly type: string;
}

/** What a good address stands for. */
interface AllowedObject {
  readonly packageId: number;
  readonly fileId: number;
  readonly disposition: string;
  readonly type: string;
}

const OTHER_NAMES: Readonly<Record<string, string>> = { '127.0.0.1': 'localhost', localhost: '127.0.0.1' };

/** Where the store listens. */
interface ObjectPlace {
  readonly scheme: 'http' | 'https';
  readonly port: number;
  /** Can it be reached as 127.0.0.1? */
  readonly isIpv4: boolean;
}

const BUCKET = 'gitlab-packages';

/**
 * `secret` is what the signature is made with; `place` is asked for late, for the store listens later than this is
 * made.
 */
export function openObjectUrls(secret: Buffer, clock: () => number, place: () => ObjectPlace): ObjectUrls {
  const signature = (method: string, path: string, query: URLSearchParams): string =>
    createHmac('sha256', secret).update(`${method}\n${path}\n${query.toString()}`).digest('hex');
  return {
    sign(origin, given) {
      const { id, package_id: packageId, blob, file_name: name } = given.file;
      const folder = `/${BUCKET}/${blob.slice(0, 2)}/${blob.slice(2, 4)}/${blob}`;
      const path = `${folder}/packages/${packageId}/files/${id}/${encodeURIComponent(name)}`;
      const query = new URLSearchParams([
        ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
        ['X-Amz-Date', new Date(clock()).toISOString()],
        ['X-Amz-Expires', String(LIFETIME)],
        ['response-content-disposition', given.disposition],
        ['response-content-type', given.type],
      ]);
      const signed = signature(given.method, path, query);
      query.append('X-Amz-Signature', signed);
      return `${origin}${path}?${query.toString()}`;
    },
    check(url, method) {
      const query = new URLSearchParams(url.search);
      const given = Buffer.from(query.get('X-Amz-Signature') ?? '');
      if (given.length === 0) return 'AccessDenied';
      query.delete('X-Amz-Signature');
      const expected = Buffer.from(signature(method, url.pathname, query));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'SignatureDoesNotMatch';
      const expires = Date.parse(query.get('X-Amz-Date') ?? '') + Number(query.get('X-Amz-Expires')) * 1000;
      if (!(clock() < expires)) return 'AccessDenied';
      // The signature is right, so the path is one that was made above.
      const segments = url.pathname.split('/');
      return {
        packageId: Number(segments[6]),
        fileId: Number(segments[8]),
        disposition: query.get('response-content-disposition') ?? '',
        type: query.get('response-content-type') ?? '',
      };
    },
    originFor(host) {
      const name = new URL(`http://${host ?? 'localhost'}`).hostname;
      const { scheme, port, isIpv4 } = place();
      // Under another name, as a real store: some clients send their password again to the same host.
      return `${scheme}://${isIpv4 ? (OTHER_NAMES[name] ?? name) : name}:${port}`;
    },
  };
}

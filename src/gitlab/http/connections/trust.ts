/** Which authorities vouch for a server, and the certificate that we show to one that asks for it. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import tls from 'node:tls';
import { Failure } from '../../../core/errors.ts';
import type { ClientCertificate } from '../../types.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[^-]*-----END (?:[A-Z]+ )*PRIVATE KEY-----/;
const ENCRYPTED = /-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type:\s*4,\s*ENCRYPTED/;

export interface Trust {
  /** For the API's own origin: with the client's certificate, if there is one. */
  own: () => tls.SecureContext;
  /** For the servers that it redirects to. */
  others: () => tls.SecureContext;
}

export interface TrustOptions {
  /** PEM of authorities, besides those of Node and of the system. */
  ca?: string | undefined;
  clientCertificate?: ClientCertificate | undefined;
}

/**
 * Contexts are made when they are first asked for: reading the system's store takes time. Fails with `usage` on a `ca`
 * without certificates.
 */
export function createTrust({ ca, clientCertificate }: TrustOptions): Trust {
  const given = ca === undefined ? [] : certificatesIn(ca);
  const authorities = once(() => [
    ...new Set([...tls.getCACertificates('default'), ...tls.getCACertificates('system'), ...given]),
  ]);
  const others = once(() => tls.createSecureContext({ ca: authorities() }));
  const own = once(() => tls.createSecureContext({ ca: authorities(), ...clientCertificate }));
  return { others, own: clientCertificate === undefined ? others : own };
}

/** Fails with `usage` on a text that holds no certificate, or one that cannot be read. */
export function certificatesIn(pem: string): readonly string[] {
  const certificates = pem.match(CERTIFICATE) ?? [];
  try {
    if (certificates.length === 0) throw new Error('no certificate found');
    // A secure context takes a broken one without a word.
    for (const certificate of certificates) new X509Certificate(certificate);
  } catch (cause) {
    throw new Failure('usage', 'ca-file holds no readable PEM certificate', {
      hint:
        'Give a file, or its text, with lines "-----BEGIN CERTIFICATE-----" and "-----END CERTIFICATE-----", one ' +
        'block for each authority.',
      cause,
    });
  }
  return certificates;
}

/** Certificate and key out of one PEM text. Fails with `usage`, and repeats nothing of the text. */
export function clientCertificateIn(pem: string): ClientCertificate {
  if (ENCRYPTED.test(pem)) {
    throw unusable('holds an encrypted key, and nobody can be asked for its password', {
      hint: 'Give a file whose key is not encrypted: `openssl pkey -in KEY` writes one. Keep it as a secret.',
    });
  }
  const certificates = pem.match(CERTIFICATE) ?? [];
  const key = KEY.exec(pem)?.[0];
  if (certificates.length === 0 || key === undefined) {
    throw unusable(`holds no ${certificates.length === 0 ? 'certificate' : 'private key'}`, {
      hint: 'Give one PEM file with the certificate, those that it was signed with, and the private key.',
    });
  }
  const cert = certificates.join('\n');
  let fits: boolean;
  try {
    fits = new X509Certificate(certificates[0] ?? '').checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw unusable('holds a certificate or a key that cannot be read', { hint: 'Make the PEM file anew.', cause });
  }
  if (!fits)
    throw unusable('holds a key of another certificate', { hint: 'The first certificate has to be that of the key.' });
  return { cert, key };
}

function unusable(what: string, details: { hint: string; cause?: unknown }): Failure {
  return new Failure('usage', `client-certificate ${what}`, details);
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

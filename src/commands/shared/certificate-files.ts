/** PEM files that a run is told of: authorities to trust, and the certificate that it shows itself. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { asFailure, Failure } from '../../core/errors.ts';
import { quoted } from '../../core/text.ts';
import { certificatesIn, clientCertificateIn } from '../../gitlab/http/connections/trust.ts';
import type { ClientCertificate } from '../../gitlab/types.ts';
import type { Tools } from '../../definitions/command.ts';
import type { Context } from '../../definitions/context.ts';

/** Any PEM is text, also a key given by mistake: it must not be shown as a path. */
const PEM = '-----BEGIN ';

/**
 * The authorities of `ca-file` (a path or PEM text) and of the variables that other tools read too, as one PEM text.
 * Fails with `usage` where `ca-file` cannot be read. A variable that leads nowhere is none of ours: a warning.
 */
export async function readAuthorities(
  given: string | undefined,
  { context, log }: Pick<Tools, 'context' | 'log'>,
): Promise<string | undefined> {
  const found = given === undefined ? [] : [await readAuthority('ca-file', given, context)];
  const variables = { CI_SERVER_TLS_CA_FILE: context.job?.caFile, SSL_CERT_FILE: context.sslCertFile };
  for (const [name, source] of Object.entries(variables)) {
    if (source === undefined) continue;
    try {
      found.push(await readAuthority(name, source, context));
    } catch (thrown) {
      log.warn(`${asFailure(thrown).message}. It is ignored: correct or unset this variable`);
    }
  }
  return found.length === 0 ? undefined : found.join('\n');
}

/** Fails with `usage`; nothing of the file's content is in the message. */
export async function readClientCertificate(given: string, context: Context): Promise<ClientCertificate> {
  if (given.includes(PEM)) {
    throw new Failure('usage', 'client-certificate: PEM text was given, and a path was expected', {
      hint: 'Write it to a file that only this user can read, and give the path of that file.',
    });
  }
  return clientCertificateIn(await readText('client-certificate', given, context));
}

async function readAuthority(name: string, source: string, context: Context): Promise<string> {
  const pem = source.includes(PEM) ? source : await readText(name, source, context);
  try {
    return certificatesIn(pem).join('\n');
  } catch (thrown) {
    const { hint } = asFailure(thrown);
    throw new Failure('usage', `${name}: no readable PEM certificate is in it`, {
      ...(hint === undefined ? {} : { hint }),
      cause: thrown,
    });
  }
}

async function readText(name: string, source: string, { cwd }: Context): Promise<string> {
  const path = resolve(cwd, source);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new Failure('usage', `${name}: ${quoted(path)} cannot be read (${code})`, {
      hint: 'Give the path of a PEM file that this user can read.',
      cause,
    });
  }
}

/** Finds the credentials in a request, in every form GitLab knows; what they are worth: auth.ts. */
import type { IncomingHttpHeaders } from 'node:http';
import type { CredentialForm } from '../public.ts';

export interface Credential {
  readonly form: CredentialForm;
  readonly secret: string;
  /** Of Basic only. */
  readonly user: string;
}

/** All credentials of a request, in the order in which GitLab looks at them. */
export function credentialsOf(headers: IncomingHttpHeaders, query: URLSearchParams): Credential[] {
  const found: Credential[] = [];
  const add = (form: CredentialForm, secret: string | null | undefined): void => {
    if (secret !== undefined && secret !== null && secret !== '') found.push({ form, secret, user: '' });
  };
  const basic = authorization(headers, 'basic');
  if (basic !== undefined) found.push(basicCredential(basic));
  add('Bearer', authorization(headers, 'bearer'));
  add('PRIVATE-TOKEN', single(headers['private-token']));
  add('JOB-TOKEN', single(headers['job-token']));
  add('DEPLOY-TOKEN', single(headers['deploy-token']));
  if (query.size > 0) {
    for (const form of ['private_token', 'job_token', 'access_token'] as const) add(form, query.get(form));
  }
  return found;
}

function basicCredential(encoded: string): Credential {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0
    ? { form: 'Basic', user: text, secret: '' }
    : { form: 'Basic', user: text.slice(0, colon), secret: text.slice(colon + 1) };
}

function authorization(headers: IncomingHttpHeaders, scheme: 'basic' | 'bearer'): string | undefined {
  const header = headers.authorization;
  if (header?.slice(0, scheme.length + 1).toLowerCase() !== `${scheme} `) return undefined;
  return header.slice(scheme.length + 1).trim();
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Answers that are web pages: what stands in front of GitLab speaks in them, never GitLab's API. */

import type { IncomingHttpHeaders } from 'node:http';

const ENCODED_SLASH = /%2f/i;
/** What a project's or a group's path is to the API; a number there has no slash. */
const OWNER = /\/(?:projects|groups)\/([^/?]+)/;

const ASK = 'ask the administrator of the web server or proxy in front of GitLab';

/** True for an HTML page, by its type or by how it begins. */
export function isWebPage(headers: IncomingHttpHeaders, body: string): boolean {
  const type = headers['content-type'] ?? '';
  if (/^(?:text\/html|application\/xhtml)/i.test(type)) return true;
  return /^\s*<(?:!doctype|html|head|body|h1|title|!--)/i.test(body);
}

/** True where a page with 404 says nothing of what was asked for: many a web server refuses `%2F` in any address. */
export function isSlashRefused(status: number, url: string): boolean {
  return status === 404 && ENCODED_SLASH.test(url);
}

/** The next step after a page with this status, as a full sentence; undefined where its status says all there is. */
export function pageHint(status: number, url: string, text: string): string | undefined {
  if (status === 404) return missingHint(url);
  if (/ssl certificate/i.test(text)) return CERTIFICATE;
  if (/plain http request/i.test(text)) return 'That port speaks TLS: give api-url with https.';
  if (status === 401 || status === 403) {
    return `A login, a firewall or a proxy in front of GitLab refused it, not GitLab: check api-url, and ${ASK}.`;
  }
  if (status === 429) {
    return 'Something in front of GitLab limits the rate of requests: lower concurrency, or run again later.';
  }
  if (status === 500) return `Something in front of GitLab failed: run again. If it stays, ${ASK}.`;
  if (status === 407 || status === 408 || status === 413 || status > 500) return undefined;
  return `Something answered in place of GitLab: check api-url, or ${ASK}.`;
}

const CERTIFICATE =
  'The server asks for a certificate of the client: give client-certificate, the path of a PEM file with certificate ' +
  'and key.';

function missingHint(url: string): string {
  const check = 'Check api-url, also the path below which GitLab is installed.';
  if (!ENCODED_SLASH.test(url)) return `A web server or proxy answered in place of GitLab. ${check}`;
  const owner = OWNER.exec(url)?.[1] ?? '';
  const kind = url.includes('/groups/') ? 'group' : 'project';
  const front = `${check} If it is right, the web server or proxy in front of GitLab refuses an encoded slash (%2F)`;
  const allow = `${ASK} to let it through (Apache: AllowEncodedSlashes NoDecode)`;
  if (ENCODED_SLASH.test(owner)) return `${front}: give the numeric id as ${kind}, or ${allow}.`;
  return `${front}, which this name needs: use a name without a slash, or ${allow}.`;
}

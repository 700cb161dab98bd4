/** Keeps secrets and signed addresses out of every text that a host shows or passes on. */
import { MIN_SECRET_LENGTH } from '../../core/text.ts';

export interface Redaction {
  /** Hides these from now on; returns those that were not hidden yet. */
  readonly hide: (secrets: readonly string[]) => readonly string[];
  /** The text as it is, but for the secrets. For values that are passed on. */
  readonly withoutSecrets: (text: string) => string;
  /** For texts that people read: also without credentials and queries in addresses. */
  readonly clean: (text: string) => string;
}

const MARK = '***';
const CUT = '…';
/** Fewer characters of a secret reveal nothing; every token of a type begins with the same few. */
const TELLING = 6;
const ADDRESS = /https?:\/\/[^\s"'<>`\\]+/gi;
/** `user:password@`, up to where the host begins. */
const USER_INFO = /^(https?:\/\/)[^/?#@]*@/i;
const QUERY = /\?[^\s"'<>`]+/g;
/** What a query that grants access holds, on the storages that GitLab redirects to. */
const GRANTING = /signature|x-amz-|x-goog-|googleaccessid|awsaccesskeyid|policy|token|sig=/i;

/** Knows no secret yet: `hide` adds them. */
export function createRedaction(): Redaction {
  let hidden: readonly string[] = [];
  const withoutSecrets = (text: string): string =>
    hidden.reduce((left, secret) => withoutStart(left.replaceAll(secret, MARK), secret), text);
  return {
    hide(secrets) {
      const fresh = [...new Set(secrets.flatMap(formsOf))].filter((form) => !hidden.includes(form));
      // The longest first: a secret may be part of another one.
      hidden = [...hidden, ...fresh].sort((a, b) => b.length - a.length);
      return fresh;
    },
    withoutSecrets,
    clean: (text) => withoutQueries(withoutSecrets(text)),
  };
}

/** A secret of several lines is shown line by line, so each line is a secret too, unless it is too short for one. */
function formsOf(secret: string): readonly string[] {
  const forms = [secret.trim(), ...secret.split(/[\r\n]+/).map((line) => line.trim())];
  return forms.filter((form) => form.length >= MIN_SECRET_LENGTH);
}

/** Foreign text is cut before it comes here: what is before the `…` may be the start of a secret. */
function withoutStart(text: string, secret: string): string {
  let left = text;
  for (let cut = left.indexOf(CUT); cut !== -1; cut = left.indexOf(CUT, cut + 1)) {
    let length = Math.min(secret.length - 1, cut);
    while (length >= TELLING && !left.startsWith(secret.slice(0, length), cut - length)) length -= 1;
    if (length < TELLING) continue;
    left = left.slice(0, cut - length) + MARK + left.slice(cut);
    cut += MARK.length - length;
  }
  return left;
}

function withoutQueries(text: string): string {
  return text.replace(ADDRESS, shortenAddress).replace(QUERY, (query) => (GRANTING.test(query) ? '?…' : query));
}

function shortenAddress(address: string): string {
  const plain = address.replace(USER_INFO, `$1${MARK}@`);
  const query = plain.indexOf('?');
  return query === -1 || query === plain.length - 1 ? plain : `${plain.slice(0, query)}?…`;
}

/** Which project a text means that a user typed or pasted. Asks nobody. */

import { Failure } from '../core/errors.ts';
import { quoted } from '../core/text.ts';

interface Pasted {
  readonly hostname: string;
  /** Without a slash at its beginning. */
  readonly path: string;
}

/**
 * A project's numeric id or full path, as it is or out of an address that was pasted: of its page, of a page below it,
 * of its clone (https or ssh), of the API. `.git` at the end is no part of it. What is no address comes back as it is.
 * Fails with `usage` where the address is of another server than `api`; without `api` any will do.
 */
export function projectName(given: string, api?: URL): string {
  const text = given.trim();
  const pasted = pastedIn(text);
  if (pasted === undefined) return withoutGit(text);
  if (api !== undefined && pasted.hostname !== api.hostname) {
    throw new Failure('usage', `project is an address of ${quoted(pasted.hostname)}, but api-url is ${api.href}`, {
      hint: 'Give the api-url of that server. If both names mean one server, give the path of the project alone.',
    });
  }
  const root = api === undefined ? '' : api.pathname.replace(/^\/|\/?api\/v\d+$/g, '');
  const below = root !== '' && pasted.path.startsWith(`${root}/`) ? pasted.path.slice(root.length + 1) : pasted.path;
  const ofApi = /^(?:.*\/)?api\/v\d+\/projects\/([^/]+)/.exec(below)?.[1];
  if (ofApi !== undefined) return decoded(ofApi);
  return withoutGit((below.split('/-/')[0] ?? '').replace(/\/+(?:-\/?)?$/, ''));
}

/** No user name or password of the address is in it: nothing that is made from it shows one. */
function pastedIn(text: string): Pasted | undefined {
  const clone = /^(?:ssh:\/\/)?[\w.-]+@([^/:@\s]+)(?::\d+\/|[:/])(.+)$/.exec(text);
  if (clone !== null) return { hostname: clone[1]?.toLowerCase() ?? '', path: clone[2]?.replace(/^\/+/, '') ?? '' };
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { hostname, pathname } = new URL(text);
  return { hostname, path: pathname.replace(/^\/+/, '') };
}

/** GitLab lets no project's path end in `.git`. */
function withoutGit(path: string): string {
  return path.replace(/\.git\/?$/i, '');
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

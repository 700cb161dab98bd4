/** Addresses of GitLab's API and pages: parsing the API's root, building URLs and reading them back. Asks nobody. */

import { Failure } from '../core/errors.ts';
import { harmless } from '../core/text.ts';

const VERSIONED_ROOT = /\/api\/v\d+$/;
const SHOWN = 200;
const DOTS = new Set(['.', '..']);
/** What GitLab takes in one segment of a project's or group's path. */
const PATH_SEGMENT = /^[A-Za-z0-9_.-]+$/;

/**
 * The REST API's root without a trailing slash in its path, for example
 * `https://host/gitlab/api/v4`. `/api/v4` is added where no `/api/v<n>` ends the path.
 * Fails with `usage` on anything else; no message repeats credentials.
 */
export function parseApiUrl(text: string, options: { allowHttp: boolean }): URL {
  const given = text.trim();
  if (!/^https?:\/\//i.test(given) || !URL.canParse(given)) {
    throw new Failure('usage', `api-url is not an http or https URL: "${withoutUserinfo(given)}"`, {
      hint: 'Give the root of the REST API, for example https://gitlab.example.com/api/v4.',
    });
  }
  const url = new URL(given);
  if (url.username !== '' || url.password !== '') {
    throw new Failure('usage', `api-url must not hold a user name or a password (host ${url.host})`, {
      hint: 'Remove them, and give the token in GENERIC_PACKAGES_TOKEN, or as the input token in a job.',
    });
  }
  if (url.search !== '' || url.hash !== '' || given.includes('?') || given.includes('#')) {
    throw new Failure('usage', `api-url must not have a query or a fragment: ${withoutQuery(url)}`, {
      hint: 'Remove "?" or "#" and everything after it.',
    });
  }
  if (url.protocol === 'http:' && !options.allowHttp && !isLoopback(url)) {
    throw new Failure(
      'usage',
      `api-url is plain http to ${url.host}, so that a token would cross the network unencrypted`,
      {
        hint: 'Use https. Where the network itself is trusted, set allow-http.',
      },
    );
  }
  const path = trimSlashes(url.pathname);
  url.pathname = VERSIONED_ROOT.test(path) ? path : `${path}/api/v4`;
  return url;
}

/** `localhost`, `127.0.0.0/8` and `[::1]`: what cannot leave this machine. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Same scheme, host and port: where a credential may go. */
export function sameOrigin(one: URL, other: URL): boolean {
  return one.origin !== 'null' && one.origin === other.origin;
}

/** An address for logs and messages: signed queries are secrets, and so is what stands before `@`. */
export function withoutQuery(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

/** `/projects/42` or `/projects/group%2Fname`, below the API's root. */
export function projectPath(project: string): string {
  return `/projects/${idOrPath('project', project)}`;
}

/** `/groups/42` or `/groups/group%2Fsubgroup`, below the API's root. */
export function groupPath(group: string): string {
  return `/groups/${idOrPath('group', group)}`;
}

function idOrPath(input: 'project' | 'group', given: string): string {
  const name = given.trim();
  if (/^[1-9]\d*$/.test(name)) return name;
  const segments = name.split('/');
  if (segments.some((segment) => !PATH_SEGMENT.test(segment) || DOTS.has(segment))) {
    throw new Failure('usage', `${input} is not a number and not a full path: "${harmless(given, { limit: SHOWN })}"`, {
      hint:
        `Give the numeric id, or the full path without %2F, for example ` +
        `${input === 'group' ? 'group/subgroup' : 'group/subgroup/name'}.`,
    });
  }
  return encodeURIComponent(name);
}

/** The API's address of one path below its root. */
export function apiUrl(api: URL, path: string): URL {
  return new URL(`${api.origin}${trimSlashes(api.pathname)}${path}`);
}

/** Root of the files of one version of a generic package, without a trailing slash. */
export function versionUrl(api: URL, project: string, name: string, version: string): URL {
  const segments = [name, version].map(encodeSegment).join('/');
  return apiUrl(api, `${projectPath(project)}/packages/generic/${segments}`);
}

/** A file of a generic package, with nothing encoded. */
export interface PackageFile {
  /** Numeric id or full path. */
  readonly project: string;
  readonly name: string;
  readonly version: string;
  /** With real slashes between its folders: GitLab refuses `%2F` there. */
  readonly file: string;
}

/** Fails with `bad-name` on a segment that is empty, `.` or `..`: a URL would silently drop it. */
export function fileUrl(api: URL, { project, name, version, file }: PackageFile): URL {
  const root = versionUrl(api, project, name, version);
  return new URL(`${root.href}/${file.split('/').map(encodeSegment).join('/')}`);
}

/** Which file of which package an address means; undefined for any other address, and for one of another server. */
export function packageFileOf(api: URL, address: string): PackageFile | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const root = `${api.pathname}/projects/`;
  if (!sameOrigin(api, url) || url.search !== '' || url.hash !== '' || !url.pathname.startsWith(root)) return undefined;
  const segments = decoded(url.pathname.slice(root.length).split('/'));
  const [project = '', packages, generic, name = '', version = '', ...file] = segments ?? [];
  if (packages !== 'packages' || generic !== 'generic' || file.length === 0) return undefined;
  return { project, name, version, file: file.join('/') };
}

/**
 * The same project as far as two addresses can tell: one may name it by its id and the other by its
 * path, and a job token may not ask GitLab which id a path has. GitLab takes a path in any case of
 * letters.
 */
export function maySameProject(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase() || isNumber(one) !== isNumber(other);
}

/**
 * The web page of a package: from the path that GitLab names, else from the project's web address.
 * Undefined where neither leads to a page on the API's own host.
 */
export function packagePage(
  api: URL,
  id: number,
  known: { webPath?: string | undefined; projectWebUrl?: string | undefined },
): string | undefined {
  if (known.webPath !== undefined && URL.canParse(known.webPath, api.origin)) {
    const page = new URL(known.webPath, api.origin);
    if (sameOrigin(page, api)) return page.href;
  }
  if (known.projectWebUrl === undefined || !/^https?:\/\//.test(known.projectWebUrl)) return undefined;
  if (!URL.canParse(known.projectWebUrl)) return undefined;
  return `${trimSlashes(known.projectWebUrl)}/-/packages/${id}`;
}

function encodeSegment(segment: string): string {
  // encodeURIComponent leaves dots alone, and WHATWG URLs resolve "." and ".." even when encoded.
  if (segment === '' || DOTS.has(segment)) {
    throw new Failure('bad-name', `"${segment}" cannot be part of a package's address`, {
      hint: 'Give names, versions and folders that are not empty, "." or "..".',
    });
  }
  if (!segment.isWellFormed()) {
    throw new Failure('bad-name', `"${segment.toWellFormed()}" is not well-formed text`, {
      hint: 'It holds half of a surrogate pair. Give names, versions and folders as Unicode text.',
    });
  }
  return encodeURIComponent(segment);
}

function trimSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

function withoutUserinfo(text: string): string {
  const at = text.lastIndexOf('@');
  return at === -1 ? text : `…${text.slice(at)}`;
}

function isNumber(project: string): boolean {
  return /^\d+$/.test(project);
}

function decoded(segments: readonly string[]): string[] | undefined {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

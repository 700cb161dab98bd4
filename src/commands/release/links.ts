/** How the links of a release have to change so that it links to the files of a version. Pure. */
import { harmless } from '../../core/text.ts';
import { maySameProject, packageFileOf, type PackageFile } from '../../gitlab/address.ts';
import type { LinkValues, ReleaseLink } from '../../gitlab/api/releases.ts';

/** A link that the release is to have: a file of the package, by its name. */
export interface WantedLink {
  readonly file: string;
  readonly url: string;
}

export interface LinkChanges {
  readonly remove: readonly ReleaseLink[];
  readonly change: readonly { readonly id: number; readonly link: LinkValues }[];
  readonly add: readonly LinkValues[];
  /** Other versions of the package that links led to which change or go. */
  readonly earlier: readonly string[];
  /** Names that somebody else's links have. */
  readonly problems: readonly string[];
}

const LONGEST_PATH = 128;

/** The links of a release that has none yet. */
export function newLinks(wanted: readonly WantedLink[]): readonly LinkValues[] {
  return wanted.map((one) => valuesOf(one, []));
}

/**
 * Compares. A link is this command's own when it leads to the package, whatever version, under the name
 * of the file; all others stay as people made them, also one that gives a file another name.
 */
export function planLinks(api: URL, wanted: readonly WantedLink[], existing: readonly ReleaseLink[]): LinkChanges {
  const change: { id: number; link: LinkValues }[] = [];
  const add: LinkValues[] = [];
  const problems: string[] = [];
  const kept = new Set<number>();
  const places = new Map(existing.map((link) => [link.id, packageFileOf(api, link.url)]));
  const targets = wanted.map((one) => ({ ...one, place: packageFileOf(api, one.url), link: valuesOf(one, existing) }));
  for (const { file, place, link } of targets) {
    const leading = existing.filter(({ id }) => isSameFile(places.get(id), place));
    const named = existing.find(({ name }) => name === file);
    const current = leading.find(({ id }) => id === named?.id) ?? leading[0];
    if (current !== undefined) {
      kept.add(current.id);
      // It may name the project in another way, which is no difference and stays.
      if (current.name === file && differs(current, link))
        change.push({ id: current.id, link: { ...link, url: current.url } });
    } else if (named === undefined) {
      add.push(link);
    } else if (isSamePackage(places.get(named.id), place)) {
      kept.add(named.id);
      change.push({ id: named.id, link });
    } else {
      problems.push(`the link ${harmless(file)} leads to ${harmless(named.url)}`);
    }
  }
  const own = (link: ReleaseLink): boolean => {
    const place = places.get(link.id);
    return (
      link.type === 'package' &&
      place?.file === link.name &&
      targets.some((target) => isSamePackage(place, target.place))
    );
  };
  const remove = existing.filter((link) => !kept.has(link.id) && own(link));
  const versions = [...change, ...remove].flatMap(({ id }) => places.get(id)?.version ?? []);
  const now = new Set(targets.map(({ place }) => place?.version));
  return { remove, change, add, earlier: [...new Set(versions)].filter((version) => !now.has(version)), problems };
}

export function isNothing({ remove, change, add }: LinkChanges): boolean {
  return remove.length + change.length + add.length === 0;
}

/** GitLab takes a path once in a release: one that another link has is left to it. */
function valuesOf({ file, url }: WantedLink, existing: readonly ReleaseLink[]): LinkValues {
  const path = assetPath(file);
  const isTaken = path !== undefined && existing.some((link) => link.name !== file && hasPath(link, path));
  return { name: file, url, path: isTaken ? undefined : path };
}

/** GitLab's rule is `\A/(?:[\-\.\w]+/?)*[\da-zA-Z]+\z`, at most 128 characters; undefined: not by that. */
function assetPath(file: string): string | undefined {
  const path = `/${file}`;
  const fits =
    path.length <= LONGEST_PATH && /[0-9A-Za-z]$/.test(path) && file.split('/').every((part) => /^[\w.-]+$/.test(part));
  return fits ? path : undefined;
}

function differs(current: ReleaseLink, { path }: LinkValues): boolean {
  if (current.type !== undefined && current.type !== 'package') return true;
  return path !== undefined && current.directUrl !== undefined && !hasPath(current, path);
}

/** GitLab tells the path as the end of an address only. */
function hasPath({ directUrl, url }: ReleaseLink, path: string): boolean {
  return directUrl !== undefined && directUrl !== url && directUrl.endsWith(`/downloads${path}`);
}

function isSamePackage(one: PackageFile | undefined, other: PackageFile | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return one.name === other.name && maySameProject(one.project, other.project);
}

function isSameFile(one: PackageFile | undefined, other: PackageFile | undefined): boolean {
  return isSamePackage(one, other) && one?.version === other?.version && one?.file === other?.file;
}

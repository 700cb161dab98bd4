/** How the links of a release have to change so that it links to the files of a version. Pure. */
import { quoted } from '../../core/text.ts';
import { maySameProject, packageFileOf, type PackageFile } from '../../gitlab/address.ts';
import type { LinkValues, ReleaseLink } from '../../gitlab/api/releases.ts';
import { isOwnName, nameLinks } from './link-names.ts';

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
  const names = nameLinks(
    wanted.map(({ file }) => file),
    new Set(),
  );
  return wanted.map(({ file, url }) => ({ name: names.get(file) ?? file, url, path: assetPath(file) }));
}

/** A link of the release, and what of the package it leads to. */
interface PlacedLink {
  readonly link: ReleaseLink;
  readonly place: PackageFile | undefined;
  /** It leads to the package, and its name is one that this command gives. */
  readonly own: boolean;
}

/** A wanted link with its name, and the link that it has already. */
interface Target {
  readonly place: PackageFile | undefined;
  readonly values: LinkValues;
  readonly current: PlacedLink | undefined;
}

/**
 * Compares. A link is this command's own when it leads to the package, whatever version, under a name that this
 * command gives the file; all others stay as people made them, also one that gives a file another name.
 */
export function decideLinks(api: URL, wanted: readonly WantedLink[], existing: readonly ReleaseLink[]): LinkChanges {
  const places = wanted.map(({ url }) => packageFileOf(api, url));
  const placed = existing.map((link) => placeLink(api, link, places));
  const others = placed.filter(({ own }) => !own).map(({ link }) => link);
  const targets = findTargets(wanted, places, { placed, others });
  const kept = new Set(targets.flatMap(({ current }) => current?.link ?? []));
  const remove = existing.filter((link) => !kept.has(link) && placed.some((one) => one.link === link && mayGo(one)));
  const change = targets.flatMap(changeOf);
  const missing = targets.filter(({ current }) => current === undefined);
  const inTheWay = (name: string): ReleaseLink | undefined => others.find((link) => link.name === name);
  const changed = new Set(change.map(({ id }) => id));
  const versions = placed
    .filter(({ link }) => changed.has(link.id) || remove.includes(link))
    .flatMap(({ place }) => place?.version ?? []);
  const now = new Set(places.map((place) => place?.version));
  return {
    remove,
    change,
    add: missing.map(({ values }) => values).filter(({ name }) => inTheWay(name) === undefined),
    earlier: [...new Set(versions)].filter((version) => !now.has(version)),
    problems: missing.flatMap(({ values: { name } }) => {
      const link = inTheWay(name);
      return link === undefined ? [] : [`the link ${quoted(name)} leads to ${quoted(link.url)}`];
    }),
  };
}

export function isNothing({ remove, change, add }: LinkChanges): boolean {
  return remove.length + change.length + add.length === 0;
}

function placeLink(api: URL, link: ReleaseLink, places: readonly (PackageFile | undefined)[]): PlacedLink {
  const place = packageFileOf(api, link.url);
  const own =
    place !== undefined && places.some((one) => isSamePackage(place, one)) && isOwnName(link.name, place.file);
  return { link, place, own };
}

/** Of a type that people gave it, it is theirs. */
function mayGo({ link, own }: PlacedLink): boolean {
  return own && link.type === 'package';
}

/** First the links that lead to the very file, then, of those that are left, the file's in another version. */
function findTargets(
  wanted: readonly WantedLink[],
  places: readonly (PackageFile | undefined)[],
  { placed, others }: { readonly placed: readonly PlacedLink[]; readonly others: readonly ReleaseLink[] },
): readonly Target[] {
  const names = nameLinks(
    wanted.map(({ file }) => file),
    new Set(others.map(({ name }) => name)),
  );
  const targets = wanted.map(({ file, url }, index) => {
    const place = places[index];
    const values = { name: names.get(file) ?? file, url, path: freePath(file, others) };
    const leading = placed.filter((one) => isSameFile(one.place, place));
    const current =
      leading.find(({ link }) => link.name === values.name) ?? leading.find(({ own }) => own) ?? leading[0];
    return { place, values, current };
  });
  const free = placed.filter((one) => one.own && !targets.some(({ current }) => current === one));
  return targets.map((target) => {
    if (target.current !== undefined) return target;
    const earlier =
      free.find(({ place }) => place?.file === target.place?.file) ??
      free.find(({ link }) => link.name === target.values.name);
    if (earlier !== undefined) free.splice(free.indexOf(earlier), 1);
    return { ...target, current: earlier };
  });
}

/** A link that people gave another name stays as it is. */
function changeOf({ place, values, current }: Target): { id: number; link: LinkValues }[] {
  if (current?.own !== true) return [];
  const { link } = current;
  const leads = isSameFile(current.place, place);
  if (leads && link.name === values.name && !differs(link, values)) return [];
  // It may name the project in another way, which is no difference and stays.
  return [{ id: link.id, link: leads ? { ...values, url: link.url } : values }];
}

/** GitLab takes a path once in a release: one that another link has is left to it. */
function freePath(file: string, others: readonly ReleaseLink[]): string | undefined {
  const path = assetPath(file);
  return path !== undefined && others.some((link) => hasPath(link, path)) ? undefined : path;
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

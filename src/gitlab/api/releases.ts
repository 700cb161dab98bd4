/** Typed calls of GitLab's releases API and of the links of a release. Decides nothing. */

import { projectPath } from '../address.ts';
import { hasStatus } from '../failures/request-failure.ts';
import type { Client } from '../types.ts';
import { fieldsOf, listOf, textOf, unreadable } from './fields.ts';

export interface ReleaseLink {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  /** `package`, `image`, `runbook` or `other`; undefined from a GitLab that knows no types. */
  readonly type: string | undefined;
  /** The lasting address on GitLab's own pages; the link's own where it has no path. */
  readonly directUrl: string | undefined;
}

export interface Release {
  readonly tag: string;
  readonly name: string;
  /** Empty for none. */
  readonly description: string;
  /** Titles. */
  readonly milestones: readonly string[];
  /** What the tag is at. */
  readonly commit: string | undefined;
  /** The release in the browser. */
  readonly page: string | undefined;
  readonly links: readonly ReleaseLink[];
}

export interface LinkValues {
  readonly name: string;
  readonly url: string;
  /** `direct_asset_path`; undefined: the link has none, or keeps what it has. */
  readonly path: string | undefined;
}

/** What is absent stays as it is. */
export interface ReleaseChanges {
  readonly name?: string;
  readonly description?: string;
  /** All of them: others are taken off. */
  readonly milestones?: readonly string[];
}

export interface NewRelease extends ReleaseChanges {
  readonly tag: string;
  /** What the tag is made from where it is missing. */
  readonly ref: string | undefined;
  readonly links: readonly LinkValues[];
}

const MAY_NOT_READ =
  "The token's role may be too low to read the repository, or another server answered: check the role, then api-url.";

/**
 * Undefined when there is none for that tag. Fails where something in front of GitLab does not let a tag's slash
 * through: a release that is there would look missing.
 */
export async function findRelease(client: Client, project: string, tag: string): Promise<Release | undefined> {
  try {
    const { data } = await client.json('GET', releasePath(project, tag), { operation: 'releases' });
    return releaseOf(data);
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
}

/** Every release of a project: its tag, and the addresses of its links. */
export async function listReleases(
  client: Client,
  project: string,
): Promise<readonly { readonly tag: string; readonly urls: readonly string[] }[]> {
  const read = (item: unknown): { key: string; row: { tag: string; urls: readonly string[] } } => {
    const { tag, links } = releaseOf(item);
    return { key: tag, row: { tag, urls: links.flatMap(({ url, directUrl }) => [url, directUrl ?? url]) } };
  };
  return client.rows(`${projectPath(project)}/releases`, read, { operation: 'releases' });
}

/**
 * Makes the release, and its tag where that is missing. All of it or no release, but a tag that was
 * made stays. Fails with `conflict` (409) when there is one already.
 */
export async function createRelease(client: Client, project: string, release: NewRelease): Promise<Release> {
  const { tag, ref, links, ...fields } = release;
  const body = { tag_name: tag, ref, ...fields, assets: { links: links.map(bodyOf) } };
  const { data } = await client.json('POST', `${projectPath(project)}/releases`, { body, operation: 'releases' });
  return releaseOf(data);
}

export async function updateRelease(
  client: Client,
  project: string,
  tag: string,
  changes: ReleaseChanges,
): Promise<void> {
  await client.json('PUT', releasePath(project, tag), { body: changes, operation: 'releases' });
}

export async function addLink(client: Client, project: string, tag: string, link: LinkValues): Promise<void> {
  await client.json('POST', linksPath(project, tag), { body: bodyOf(link), operation: 'releases' });
}

export async function changeLink(
  client: Client,
  project: string,
  tag: string,
  link: LinkValues & { readonly id: number },
): Promise<void> {
  await client.json('PUT', `${linksPath(project, tag)}/${link.id}`, { body: bodyOf(link), operation: 'releases' });
}

/** Done too when it is gone already. */
export async function removeLink(client: Client, project: string, tag: string, id: number): Promise<void> {
  try {
    await client.json('DELETE', `${linksPath(project, tag)}/${id}`, { operation: 'releases' });
  } catch (thrown) {
    if (!hasStatus(thrown, 404)) throw thrown;
  }
}

/**
 * GitLab before 14 answers 403 for a release that is missing. Where that means that the token may do
 * nothing here, making the release is refused too, and in clearer words.
 */
function isMissing(thrown: unknown): boolean {
  if (hasStatus(thrown, 404)) return !thrown.page && !/project not found/i.test(thrown.words);
  return hasStatus(thrown, 403) && /^(?:403 )?forbidden$/i.test(thrown.words);
}

/** A PUT without `link_type` would set it back to `other`, so that it is always said. */
function bodyOf({ name, url, path }: LinkValues): object {
  return { name, url, link_type: 'package', ...(path === undefined ? {} : { direct_asset_path: path }) };
}

function releasePath(project: string, tag: string): string {
  return `${projectPath(project)}/releases/${encodeURIComponent(tag)}`;
}

function linksPath(project: string, tag: string): string {
  return `${releasePath(project, tag)}/assets/links`;
}

function releaseOf(data: unknown): Release {
  const fields = fieldsOf(data);
  const { tag_name: tag, name, milestones } = fields;
  // GitLab does not tell the tag to those who may not read the code.
  if (typeof tag !== 'string') throw unreadable('a release with a tag', data, MAY_NOT_READ);
  const links = fieldsOf(fields.assets).links;
  return {
    tag,
    name: textOf(name) ?? tag,
    description: textOf(fields.description) ?? '',
    milestones: listOf(milestones).flatMap((one) => textOf(fieldsOf(one).title) ?? []),
    commit: textOf(fieldsOf(fields.commit).id),
    page: pageOf(fieldsOf(fields._links).self),
    links: listOf(links).map(linkOf),
  };
}

function linkOf(item: unknown): ReleaseLink {
  const { id, name, url, link_type: type, direct_asset_url: directUrl } = fieldsOf(item);
  if (typeof id !== 'number' || typeof name !== 'string' || typeof url !== 'string') {
    throw unreadable('a link of a release', item);
  }
  return { id, name, url, type: textOf(type), directUrl: textOf(directUrl) };
}

/** GitLab's own words for its address may hold anything: what is shown is a plain web address. */
function pageOf(self: unknown): string | undefined {
  if (typeof self !== 'string' || !/^https?:\/\//i.test(self) || !URL.canParse(self)) return undefined;
  const { origin, pathname } = new URL(self);
  return origin + pathname;
}

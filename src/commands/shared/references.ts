/** What points at versions: tags, releases, and the links of releases; read, and held against one version. */
import { getProject } from '../../gitlab/api/packages.ts';
import { listReleases } from '../../gitlab/api/releases.ts';
import { findTags } from '../../gitlab/api/tags.ts';
import type { Client } from '../../gitlab/types.ts';
import { linkedPackages, type LinkedPackages, type LinkedProject } from './release-links.ts';

/** Tags and releases of all projects that count. */
export interface ReferenceFacts {
  readonly tags: ReadonlySet<string>;
  readonly links: LinkedPackages;
}

/** A version as far as something may point at it. */
export interface Referable {
  /** Of the package's row. */
  readonly id: number;
  readonly name: string;
  readonly version: string;
  /** A release links to one of its files by the file's id. */
  readonly hasLinkedFile?: boolean;
}

/**
 * Of the packages of `project`: all tags and releases of `projects`. `known`: that project, where a job knows it, for
 * GitLab tells a job token nothing of a private one.
 */
export async function readReferences(
  client: Client,
  project: string,
  projects: readonly string[],
  known?: LinkedProject,
): Promise<ReferenceFacts> {
  const tags = new Set<string>();
  const urls: string[] = [];
  for (const one of projects) {
    const [names, releases] = await Promise.all([findTags(client, one, ''), listReleases(client, one)]);
    for (const name of [...names, ...releases.map(({ tag }) => tag)]) tags.add(name);
    for (const release of releases) urls.push(...release.urls);
  }
  return { tags, links: linkedPackages(urls, known ?? (await getProject(client, project))) };
}

/** True where a tag or a release names a version, or a release links to it. */
export function isReferenced(
  { id, name, version, hasLinkedFile }: Referable,
  { tags, links }: ReferenceFacts,
  tagPrefix: string | undefined,
): boolean {
  if (hasLinkedFile === true || links.packageIds.has(id) || links.versions.has(`${name}/${version}`)) return true;
  return tagNamesOf(version, tagPrefix).some((tag) => tags.has(tag));
}

/** The names of tags that stand for a version. With the prefix `v` a tag may omit it. */
function tagNamesOf(version: string, prefix: string | undefined): readonly string[] {
  if (prefix === undefined) return [version];
  return prefix === 'v' ? [`v${version}`, version] : [`${prefix}${version}`];
}

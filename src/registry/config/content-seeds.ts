/** `packages` and `releases` of the config: what is published already when a registry starts. */
import { Readable } from 'node:stream';
import { DEFAULT_PROFILE } from '../profiles.ts';
import { givenNamesOf, nameProblem, storedFileName } from '../packages/names.ts';
import { LINK_TYPES, linkProblems, type LinkValues } from '../releases/link-rules.ts';
import type { ReleaseStore } from '../releases/release-store.ts';
import type { Repository } from '../repository/repository.ts';
import type { Blobs } from '../storage/blobs.ts';
import type { PackageStatus, Store } from '../storage/store.ts';
import { makeTag } from '../tags/made-tags.ts';
import { isTagName } from '../tags/tag-names.ts';
import type { TagStore } from '../tags/tag-store.ts';
import type { Reader } from './reader.ts';
import type { Project } from './records.ts';
import { readProjectId } from './seeds.ts';

export interface PackageSeed {
  readonly projectId: number;
  readonly name: string;
  readonly version: string;
  readonly status: PackageStatus;
  readonly files: readonly FileSeed[];
}

interface FileSeed {
  /** With its folders, and slashes between them. */
  readonly name: string;
  readonly bytes: Buffer;
}

export interface ReleaseSeed {
  readonly projectId: number;
  readonly tag: string;
  readonly name: string;
  readonly description: string | null;
  readonly links: readonly LinkValues[];
}

/** A version of a package with its files, whose names GitLab must take. */
export function readPackage(item: Reader, projects: readonly Project[]): PackageSeed {
  item.allowKeys(['project', 'name', 'version', 'status', 'files']);
  const name = item.text('name', undefined, isAny, 'the name of a package');
  const version = item.text('version', undefined, isAny, 'a version');
  const files = item.list('files').map((file) => readFile(file, name, version));
  if (files.length === 0) complainOfNames(item, 'name', [name, version, 'f']);
  return {
    projectId: readProjectId(item, projects),
    name,
    version,
    status: item.choice('status', ['default', 'hidden'], 'default'),
    files,
  };
}

function readFile(item: Reader, packageName: string, version: string): FileSeed {
  item.allowKeys(['name', 'text', 'base64']);
  const name = item.text('name', undefined, isAny, 'the name of a file');
  complainOfNames(item, 'name', [packageName, version, name]);
  if (item.has('text') && item.has('base64')) item.complain('base64', 'is given beside text; expected one of them');
  const base64 = item.text('base64', '', (text) => /^[A-Za-z0-9+/\s]*=*$/.test(text), 'bytes in base64');
  return {
    name,
    bytes: item.has('base64') ? Buffer.from(base64, 'base64') : Buffer.from(item.text('text', '', isAny, 'text')),
  };
}

function complainOfNames(item: Reader, key: string, [name, version, file]: readonly [string, string, string]): void {
  const problem = nameProblem(givenNamesOf(name, version, file.split('/')), DEFAULT_PROFILE, true);
  if (problem !== undefined) item.complain(key, `cannot be stored: ${problem}`);
}

/** A release of a tag, which is made on the default branch where it is missing. */
export function readRelease(item: Reader, projects: readonly Project[]): ReleaseSeed {
  item.allowKeys(['project', 'tag', 'name', 'description', 'links']);
  const tag = item.text('tag', undefined, isTagName, 'a name that git takes for a tag');
  const links: LinkValues[] = [];
  for (const link of item.list('links')) {
    link.allowKeys(['name', 'url', 'direct_asset_path', 'link_type']);
    const values: LinkValues = {
      name: link.text('name', undefined, isAny, 'the name of a link'),
      url: link.text('url', undefined, isAny, 'an address'),
      filepath: link.has('direct_asset_path') ? link.text('direct_asset_path', undefined, isAny, 'a path') : null,
      link_type: link.choice('link_type', LINK_TYPES, 'other'),
    };
    for (const [attribute, problem] of linkProblems(values, links))
      link.complain(attribute === 'filepath' ? 'direct_asset_path' : attribute, problem);
    links.push(values);
  }
  return {
    projectId: readProjectId(item, projects),
    tag,
    name: item.text('name', tag, isAny, 'text'),
    description: item.has('description') ? item.text('description', undefined, isAny, 'text') : null,
    links,
  };
}

interface Stores {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly tags: TagStore;
  readonly releases: ReleaseStore;
  readonly repository: Repository;
}

interface Seeds {
  readonly projects: readonly Project[];
  readonly packages: readonly PackageSeed[];
  readonly releases: readonly ReleaseSeed[];
}

/** Makes what is missing; a version or release that is there stays as it is. */
export async function sowContents(seeds: Seeds, stores: Stores, at: number): Promise<void> {
  const { store } = stores;
  const missing = seeds.packages.filter(
    (seed) => store.packageByName(seed.projectId, seed.name, seed.version) === undefined,
  );
  const taken: { seed: PackageSeed; files: Awaited<ReturnType<typeof takeIn>>[] }[] = [];
  for (const seed of missing) {
    const files = [];
    for (const file of seed.files) files.push(await takeIn(stores.blobs, file));
    taken.push({ seed, files });
  }
  store.transaction(() => {
    for (const { seed, files } of taken) {
      const { id } = store.addPackage({ ...seed, creatorId: 0, at });
      for (const file of files) store.addFile({ ...file, packageId: id, at });
    }
    for (const release of seeds.releases) sowRelease(release, seeds.projects, stores, at);
  });
}

async function takeIn(blobs: Blobs, { name, bytes }: FileSeed) {
  const incoming = await blobs.receive(Readable.from([bytes], { objectMode: false }), Infinity);
  const parts = name.split('/');
  const fileName = storedFileName(parts.length > 1 ? parts.slice(0, -1).join('/') : undefined, parts.at(-1) ?? '');
  return { fileName, size: incoming.size, sha256: incoming.sha256, bytes: incoming.bytes, blob: await incoming.keep() };
}

function sowRelease(seed: ReleaseSeed, projects: readonly Project[], stores: Stores, at: number): void {
  const { releases, tags, repository } = stores;
  const project = projects.find(({ id }) => id === seed.projectId);
  if (project === undefined || releases.find(project.id, seed.tag) !== undefined) return;
  const sha = repository.targetOf(project, project.defaultBranch);
  if (sha !== undefined && tags.find(project.id, seed.tag) === undefined) {
    makeTag(tags, { projectId: project.id, name: seed.tag, sha, message: '', at });
  }
  const { id } = releases.add({
    project_id: project.id,
    tag: seed.tag,
    name: seed.name,
    description: seed.description,
    author_id: 1,
    created_at: at,
    released_at: at,
  });
  for (const link of seed.links) releases.addLink(id, link);
}

function isAny(): boolean {
  return true;
}

/** GitLab's API as curl speaks it: what other clients do to a registry, and what it holds in truth. */
import { createHash } from 'node:crypto';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { PROJECT, TOKENS } from './registry.ts';

export interface Version {
  readonly name: string;
  readonly version: string;
}

/** Where an upload goes, and the status that it asks for. */
export interface Target extends Version {
  readonly status?: 'default' | 'hidden' | undefined;
}

export const WIDGET: Version = { name: 'widget', version: '1.0.0' };

export interface StoredRow {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** Uploads one file and demands that it is taken. */
export async function putRaw(
  registry: RunningRegistry,
  of: Target,
  file: string,
  content: string | Buffer,
): Promise<void> {
  const answer = await tryPutRaw(registry, of, file, content);
  if (answer.status !== 201) throw new Error(`PUT ${file}: ${answer.status} ${await answer.text()}`);
}

/** Uploads one file, whatever becomes of it. */
export function tryPutRaw(
  registry: RunningRegistry,
  of: Target,
  file: string,
  content: string | Buffer,
): Promise<Response> {
  const query = of.status === undefined ? '' : `?status=${of.status}`;
  return ask(registry, `/packages/generic/${of.name}/${of.version}/${encoded(file)}${query}`, {
    method: 'PUT',
    body: new Uint8Array(Buffer.from(content)),
  });
}

/** A file's bytes as GitLab serves them; undefined when there is none. */
export async function getRaw(registry: RunningRegistry, of: Version, file: string): Promise<string | undefined> {
  const first = await ask(registry, `/packages/generic/${of.name}/${of.version}/${encoded(file)}`, {
    redirect: 'manual',
  });
  // The object storage refuses requests that bring a token along.
  const answer = first.status === 302 ? await fetch(first.headers.get('location') ?? '') : first;
  return answer.ok ? answer.text() : undefined;
}

/** Versions of a package that lists show, in the order made. */
export async function visibleVersions(registry: RunningRegistry, name = WIDGET.name): Promise<string[]> {
  return (await packages(registry, 'default')).filter((row) => row.name === name).map((row) => row.version);
}

/** Versions of all packages that lists show, in the order made. */
export async function allVisible(registry: RunningRegistry): Promise<Version[]> {
  return packages(registry, 'default');
}

/** Versions that only `status=hidden` shows. */
export async function hiddenVersions(registry: RunningRegistry, name = WIDGET.name): Promise<string[]> {
  return (await packages(registry, 'hidden')).filter((row) => row.name === name).map((row) => row.version);
}

/** Deletes every row of one name from a visible version, as a Maintainer may by hand. */
export async function deleteRaw(registry: RunningRegistry, of: Version, file: string): Promise<void> {
  const packageId = await idOf(registry, of);
  for (const { id, name } of await storedRows(registry, of)) {
    if (name !== file) continue;
    const answer = await ask(
      registry,
      `/packages/${packageId}/package_files/${id}`,
      { method: 'DELETE' },
      TOKENS.maintainer,
    );
    if (answer.status !== 204) throw new Error(`DELETE ${file}: ${answer.status} ${await answer.text()}`);
  }
}

/** Every row of a visible version's file list, duplicates included, oldest first. */
export async function storedRows(registry: RunningRegistry, of: Version): Promise<StoredRow[]> {
  const rows = await everyPage(registry, `/packages/${await idOf(registry, of)}/package_files?`);
  return rows.map((row) => ({
    id: Number(row.id),
    name: decodeURIComponent(String(row.file_name)),
    size: Number(row.size),
    sha256: String(row.file_sha256),
  }));
}

/** The package in which the numbers of another one are claimed. */
export function claimsOf(name: string): string {
  return `claims.${sha256(name).slice(0, 16)}`;
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

interface PackageRow {
  readonly id: number;
  readonly name: string;
  readonly version: string;
}

async function idOf(registry: RunningRegistry, of: Version): Promise<number> {
  const found = (await packages(registry, 'default')).find(
    ({ name, version }) => name === of.name && version === of.version,
  );
  if (found === undefined) throw new Error(`${of.name} ${of.version} is not listed`);
  return found.id;
}

async function packages(registry: RunningRegistry, status: string): Promise<PackageRow[]> {
  const rows = await everyPage(registry, `/packages?status=${status}&`);
  return rows.map(({ id, name, version }) => ({ id: Number(id), name: String(name), version: String(version) }));
}

async function everyPage(registry: RunningRegistry, path: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (let page = '1'; page !== '';) {
    const answer = await ask(registry, `${path}per_page=100&page=${page}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    rows.push(...((await answer.json()) as Record<string, unknown>[]));
    page = answer.headers.get('x-next-page') ?? '';
  }
  return rows;
}

function ask(
  registry: RunningRegistry,
  path: string,
  init: RequestInit = {},
  token: string = TOKENS.personal,
): Promise<Response> {
  return fetch(`${registry.apiUrl}/projects/${PROJECT.id}${path}`, { ...init, headers: { 'PRIVATE-TOKEN': token } });
}

/** Each segment by itself, as curl users write it. */
function encoded(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/');
}

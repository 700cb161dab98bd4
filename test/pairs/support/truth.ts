/** What a registry holds in truth, asked by a Maintainer's token, and what a run sent to it. */
import { createHash } from 'node:crypto';
import type { RecordedRequest, RunningRegistry } from '../../../src/registry/server.ts';
import { PROJECT, TOKENS } from '../../support/registry.ts';
import type { Version } from '../../support/raw.ts';

/** The id of a version, if the list of that status shows it. */
export async function listedId(
  registry: RunningRegistry,
  { name, version }: Version,
  status: 'default' | 'hidden' = 'default',
): Promise<number | undefined> {
  const query = status === 'default' ? '' : '&status=hidden';
  const answer = await ask(registry, `/packages?per_page=100&package_name=${encodeURIComponent(name)}${query}`);
  const rows = (await answer.json()) as { id: number; name: string; version: string }[];
  return rows.find((row) => row.name === name && row.version === version)?.id;
}

/** Names of a visible version, each once, in order. At most a hundred rows. */
export async function listedNames(registry: RunningRegistry, packageId: number): Promise<string[]> {
  const answer = await ask(registry, `/packages/${packageId}/package_files?per_page=100`);
  const rows = (await answer.json()) as { file_name: string }[];
  return [...new Set(rows.map((row) => decodeURIComponent(row.file_name)))].sort();
}

/** A file's bytes as GitLab serves them by name, hidden or not; undefined when there is none. */
export async function served(registry: RunningRegistry, of: Version, file: string): Promise<string | undefined> {
  const answer = await ask(registry, `/packages/generic/${of.name}/${of.version}/${encodeURIComponent(file)}`);
  const text = await answer.text();
  return answer.ok ? text : undefined;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What changes something, of one package. */
export interface Sent {
  readonly puts: readonly { readonly name: string; readonly query: string; readonly status: number }[];
  readonly deletes: readonly { readonly path: string; readonly status: number }[];
}

/** `mark` is how many requests there were before; the id is needed to tell whose file was deleted. */
export function sentSince(registry: RunningRegistry, mark: number, of: Version, packageId: number | undefined): Sent {
  const changes = registry.requests.slice(mark).filter(({ method }) => method !== 'GET' && method !== 'HEAD');
  const root = `/packages/generic/${of.name}/${of.version}/`;
  const isOwn = ({ path }: RecordedRequest): boolean =>
    packageId !== undefined && /\/packages\/(\d+)(\/|$)/.exec(path)?.[1] === String(packageId);
  return {
    puts: changes
      .filter(({ path }) => path.includes(root))
      .map(({ path, query, status }) => ({ name: decodeURIComponent(path.split(root)[1] ?? ''), query, status })),
    deletes: changes.filter(isOwn).map(({ path, status }) => ({ path, status })),
  };
}

/** What GitLab took of it. */
export function accepted({ puts, deletes }: Sent): Sent {
  const isFine = ({ status }: { readonly status: number }): boolean => status >= 200 && status < 300;
  return { puts: puts.filter(isFine), deletes: deletes.filter(isFine) };
}

/** In a failure's words: nothing, or what it was. */
export function sentWords({ puts, deletes }: Sent): string {
  const words = [
    ...puts.map(({ name, status }) => `PUT ${name} (${status})`),
    ...deletes.map(({ path, status }) => `DELETE ${path.slice(path.indexOf('/packages/'))} (${status})`),
  ];
  return words.join(', ');
}

function ask(registry: RunningRegistry, path: string): Promise<Response> {
  return fetch(`${registry.apiUrl}/projects/${PROJECT.id}${path}`, { headers: { 'PRIVATE-TOKEN': TOKENS.maintainer } });
}

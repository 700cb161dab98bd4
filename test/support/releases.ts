/** Releases of the test project, asked as any client would, and the requests that write. */
import type { RecordedRequest, RunningRegistry } from '../../src/registry/server.ts';
import { PROJECT, TOKENS } from './registry.ts';

interface StoredLink {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly direct_asset_url: string;
  readonly link_type: string;
}

export interface StoredRelease {
  readonly tag_name: string;
  readonly name: string;
  readonly description: string | null;
  readonly commit: { readonly id: string };
  readonly assets: { readonly links: readonly StoredLink[] };
  readonly _links: { readonly self: string };
}

/** Undefined when there is none. */
export async function releaseOf(registry: RunningRegistry, tag: string): Promise<StoredRelease | undefined> {
  const answer = await askReleases(registry, 'GET', `/releases/${encodeURIComponent(tag)}`);
  return answer.ok ? ((await answer.json()) as StoredRelease) : undefined;
}

/** Name and address of each link, by name. */
export async function linksOf(registry: RunningRegistry, tag: string): Promise<Record<string, string>> {
  const links = (await releaseOf(registry, tag))?.assets.links ?? [];
  return Object.fromEntries(links.map(({ name, url }) => [name, url] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export async function makeRelease(registry: RunningRegistry, given: object): Promise<void> {
  await taken(askReleases(registry, 'POST', '/releases', given));
}

export async function putLink(registry: RunningRegistry, tag: string, link: object): Promise<void> {
  await taken(askReleases(registry, 'POST', `/releases/${encodeURIComponent(tag)}/assets/links`, link));
}

export async function tagNames(registry: RunningRegistry): Promise<string[]> {
  const tags = (await (await askReleases(registry, 'GET', '/repository/tags')).json()) as { name: string }[];
  return tags.map(({ name }) => name).sort();
}

/** Requests that could change something, as `POST /releases`. */
export function writes(registry: RunningRegistry): string[] {
  return registry.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD').map(lineOf);
}

function lineOf({ method, path }: RecordedRequest): string {
  return `${method} ${path.replace(/^\/api\/v4\/projects\/[^/]+/, '')}`;
}

async function taken(answer: Promise<Response>): Promise<void> {
  const { status } = await answer;
  if (status !== 201) throw new Error(`it was answered ${status}: ${await (await answer).text()}`);
}

function askReleases(registry: RunningRegistry, method: string, path: string, body?: object): Promise<Response> {
  const headers = { 'PRIVATE-TOKEN': TOKENS.personal, 'Content-Type': 'application/json' };
  return fetch(`${registry.apiUrl}/projects/${PROJECT.id}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** What the package's home holds after a run, and clearing it, straight from GitLab's API. */
import type { RunningRegistry } from '../../../src/registry/server.ts';
import { PROJECT, TOKENS } from './registry.ts';

type Row = Readonly<Record<string, unknown>>;

/** Versions of a package with that status, in the order made. */
export async function versionsOf(
  registry: RunningRegistry,
  name: string,
  status: 'default' | 'hidden' = 'default',
): Promise<string[]> {
  const rows = await list(registry, `packages?status=${status}&per_page=100`);
  return rows.filter((row) => row.name === name).map((row) => String(row.version));
}

/** Names of the files of each version that lists show, by `<name> <version>`; claims of numbers left out. */
export async function shownFiles(registry: RunningRegistry): Promise<Record<string, string[]>> {
  const shown = new Map<string, string[]>();
  for (const { id, name, version } of await list(registry, 'packages?per_page=100')) {
    if (/^claims\.[0-9a-f]{16}$/.test(String(name))) continue;
    const files = await list(registry, `packages/${String(id)}/package_files?per_page=100`);
    // GitLab lists a name in folders as it stores it: with %2F.
    shown.set(
      `${String(name)} ${String(version)}`,
      files.map((file) => decodeURIComponent(String(file.file_name))).sort(),
    );
  }
  return Object.fromEntries(shown);
}

/** What a stored file says; `path` is `<name>/<version>/<file>`. */
export async function contentOf(registry: RunningRegistry, path: string): Promise<string> {
  return (await ask(registry, `packages/generic/${path}`)).text();
}

/** Publishes one file as curl does, into a version that is visible at once. */
export async function putFile(registry: RunningRegistry, path: string, content: string): Promise<void> {
  await ask(registry, `packages/generic/${path}`, 'PUT', content);
}

/** Deletes every version that lists show. */
export async function emptyRegistry(registry: RunningRegistry): Promise<void> {
  for (const { id } of await list(registry, 'packages?per_page=100'))
    await ask(registry, `packages/${String(id)}`, 'DELETE');
}

/** Names of the links of a tag's release; undefined: it has none. */
export async function releaseLinks(registry: RunningRegistry, tag: string): Promise<string[] | undefined> {
  const release = (await list(registry, 'releases?per_page=100')).find((row) => row.tag_name === tag);
  const { links } = (release?.assets ?? {}) as { readonly links?: readonly Row[] };
  return links?.map(({ name }) => String(name)).sort();
}

/** Value of the project's CI/CD variable. */
export async function variableValue(registry: RunningRegistry, key: string): Promise<unknown> {
  return ((await (await ask(registry, `variables/${key}`)).json()) as Row).value;
}

async function list(registry: RunningRegistry, path: string): Promise<readonly Row[]> {
  return (await (await ask(registry, path)).json()) as readonly Row[];
}

/** As a Maintainer: who may see and do all that is asked for here. */
async function ask(registry: RunningRegistry, path: string, method = 'GET', body?: string): Promise<Response> {
  const answer = await fetch(`${registry.apiUrl}/projects/${PROJECT.id}/${path}`, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: { 'PRIVATE-TOKEN': TOKENS.maintainer },
  });
  if (answer.ok) return answer;
  throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
}

/** Typed calls of GitLab's tags API. Which of them are versions is decided elsewhere. */

import { projectPath } from '../address.ts';
import { hasStatus } from '../failures/request-failure.ts';
import type { Client } from '../types.ts';
import { fieldsOf, textOf, unreadable } from './fields.ts';

/**
 * The names of a project's tags that begin with `prefix`, in GitLab's order. GitLab's own search is
 * without case and only makes the list shorter; what it lists is compared here again.
 */
export async function findTags(client: Client, project: string, prefix: string): Promise<string[]> {
  const query = prefix === '' ? {} : { search: `^${prefix}` };
  const names = new Set<string>();
  for await (const { items } of client.pages(`${projectPath(project)}/repository/tags`, { query, operation: 'tags' })) {
    for (const name of items.map(nameOf)) {
      if (name.startsWith(prefix)) names.add(name);
    }
  }
  return [...names];
}

/** The id of the commit that a tag stands on; undefined: there is no such tag. No job token may ask this. */
export async function findTagCommit(client: Client, project: string, tag: string): Promise<string | undefined> {
  const path = `${projectPath(project)}/repository/tags/${encodeURIComponent(tag)}`;
  try {
    const { data } = await client.json('GET', path, { operation: 'tags' });
    const id = textOf(fieldsOf(fieldsOf(data).commit).id);
    if (id === undefined) throw unreadable('a tag', data);
    return id.toLowerCase();
  } catch (thrown) {
    if (hasStatus(thrown, 404) && /(?:tag|repository) not found/i.test(thrown.words)) return undefined;
    throw thrown;
  }
}

function nameOf(item: unknown): string {
  const { name } = fieldsOf(item);
  if (typeof name === 'string') return name;
  throw unreadable('a tag', item);
}

/** Typed calls of GitLab's tags API. Reads names only: which of them are versions is decided elsewhere. */

import { projectPath } from '../address.ts';
import type { Client } from '../types.ts';
import { fieldsOf, unreadable } from './fields.ts';

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

function nameOf(item: unknown): string {
  const { name } = fieldsOf(item);
  if (typeof name === 'string') return name;
  throw unreadable('a tag', item);
}

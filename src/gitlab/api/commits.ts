/** Typed call of GitLab's commits API. Decides nothing. */

import { projectPath } from '../address.ts';
import { hasStatus } from '../failures/request-failure.ts';
import type { Client } from '../types.ts';
import { fieldsOf, textOf, unreadable } from './fields.ts';

/**
 * The id of the commit that a branch, a tag or a commit's id names. Undefined: the project has none of that name, or
 * no repository at all.
 */
export async function findCommit(client: Client, project: string, ref: string): Promise<string | undefined> {
  const path = `${projectPath(project)}/repository/commits/${encodeURIComponent(ref)}`;
  try {
    const { data } = await client.json('GET', path, { query: { stats: false }, operation: 'tags' });
    const id = textOf(fieldsOf(data).id);
    if (id === undefined) throw unreadable('a commit', data);
    return id.toLowerCase();
  } catch (thrown) {
    if (hasStatus(thrown, 404) && /(?:commit|repository) not found/i.test(thrown.words)) return undefined;
    throw thrown;
  }
}

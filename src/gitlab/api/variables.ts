/** Typed calls of GitLab's CI/CD variables API, of projects and groups. Decides nothing, shows no value. */

import { groupPath, projectPath } from '../address.ts';
import { hasStatus } from '../failures/request-failure.ts';
import type { Client, Query } from '../types.ts';
import { fieldsOf, unreadable, type Fields } from './fields.ts';

/** Whose variables are meant: numeric id or full path. */
export interface VariableOwner {
  readonly kind: 'project' | 'group';
  readonly id: string;
}

export interface Variable {
  key: string;
  /** Undefined where GitLab does not tell it: hidden ones. */
  value: string | undefined;
  /** `env_var` or `file`. */
  type: string;
  masked: boolean;
  hidden: boolean;
  /** `*`: every environment. Groups of a GitLab without scopes have no other. */
  scope: string;
}

export type VariableSearch =
  | { readonly kind: 'found'; readonly variable: Variable }
  | { readonly kind: 'missing' }
  /** The key is there, but in other scopes than the one asked for, or in several. */
  | { readonly kind: 'elsewhere'; readonly scopes: readonly string[] };

export interface NewVariable {
  readonly key: string;
  readonly value: string;
  readonly scope: string;
}

/**
 * The variable of that key in exactly `scope`; without one the key has to exist once, in any.
 * Throws a RequestFailure for every refusal but a variable that is missing.
 */
export async function findVariable(
  client: Client,
  owner: VariableOwner,
  key: string,
  scope: string | undefined,
): Promise<VariableSearch> {
  const found = await getVariable(client, owner, key, scope);
  if (found === 'several') return elsewhere(client, owner, key);
  if (found !== 'missing') {
    // A GitLab that knows no scopes passes over the filter.
    const other = scope !== undefined && found.scope !== scope;
    return other ? { kind: 'elsewhere', scopes: [found.scope] } : { kind: 'found', variable: found };
  }
  if (scope === undefined) return { kind: 'missing' };
  const anywhere = await getVariable(client, owner, key, undefined);
  if (anywhere === 'missing') return { kind: 'missing' };
  return anywhere === 'several' ? elsewhere(client, owner, key) : { kind: 'elsewhere', scopes: [anywhere.scope] };
}

/** Makes it unprotected, unmasked and raw. False: it was there already, so that of two runs one makes it. */
export async function createVariable(
  client: Client,
  owner: VariableOwner,
  { key, value, scope }: NewVariable,
): Promise<boolean> {
  // `*` is the default; groups have other scopes in some editions only.
  const scoped = scope === '*' ? {} : { environment_scope: scope };
  const body = { key, value, variable_type: 'env_var', protected: false, masked: false, raw: true, ...scoped };
  try {
    await client.json('POST', ownerPath(owner), { body, operation: 'variables' });
    return true;
  } catch (thrown) {
    if (hasStatus(thrown, 400) && /already been taken/i.test(thrown.words)) return false;
    throw thrown;
  }
}

/** Sets the value alone: what is not named keeps its state. `scope` is that of the row that was read. */
export async function setVariable(
  client: Client,
  owner: VariableOwner,
  { key, value, scope }: NewVariable,
): Promise<void> {
  await client.json('PUT', keyPath(owner, key), { body: { value }, query: inScope(scope), operation: 'variables' });
}

/** GitLab refuses a key in several scopes with 409 and does not say which; the list does. */
async function elsewhere(client: Client, owner: VariableOwner, key: string): Promise<VariableSearch> {
  const read = (item: unknown): { key: string; row: string | undefined } => {
    const row = fieldsOf(item);
    const scope = scopeOf(row);
    return { key: JSON.stringify([row.key, scope]), row: row.key === key ? scope : undefined };
  };
  const scopes = await client.rows(ownerPath(owner), read, { operation: 'variables' });
  return { kind: 'elsewhere', scopes: scopes.sort() };
}

async function getVariable(
  client: Client,
  owner: VariableOwner,
  key: string,
  scope: string | undefined,
): Promise<Variable | 'missing' | 'several'> {
  try {
    const { data } = await client.json('GET', keyPath(owner, key), { query: inScope(scope), operation: 'variables' });
    return variableOf(data, key);
  } catch (thrown) {
    // An invisible project or group is 404 too, and must not pass for a variable that is missing.
    if (hasStatus(thrown, 404) && /variable not found/i.test(thrown.words)) return 'missing';
    if (hasStatus(thrown, 409) && /multiple variables/i.test(thrown.words)) return 'several';
    throw thrown;
  }
}

function variableOf(data: unknown, key: string): Variable {
  const row = fieldsOf(data);
  if (row.key !== key) throw unreadable(`the CI/CD variable ${key}`, data);
  return {
    key,
    value: typeof row.value === 'string' ? row.value : undefined,
    type: typeof row.variable_type === 'string' ? row.variable_type : 'env_var',
    masked: row.masked === true,
    hidden: row.hidden === true,
    scope: scopeOf(row),
  };
}

function scopeOf(row: Fields): string {
  return typeof row.environment_scope === 'string' ? row.environment_scope : '*';
}

/** The scope as it is written, not what it matches. A GitLab whose groups have no scopes passes over it. */
function inScope(scope: string | undefined): Query {
  return { 'filter[environment_scope]': scope };
}

function keyPath(owner: VariableOwner, key: string): string {
  return `${ownerPath(owner)}/${encodeURIComponent(key)}`;
}

function ownerPath({ kind, id }: VariableOwner): string {
  return `${kind === 'group' ? groupPath(id) : projectPath(id)}/variables`;
}

/** CI/CD variables as rows. Two writers of one variable: the last one wins, as in GitLab. */
import type { Database } from '../storage/database.ts';
import type { VariableType, VariableValues } from './rules.ts';

/** `project:42` or `group:acme/tools`: groups are known by their path, for they have no id in the config. */
export type VariableOwner = `project:${number}` | `group:${string}`;

export interface Variable extends VariableValues {
  readonly id: number;
}

export interface VariableStore {
  /** Oldest first. */
  list(owner: VariableOwner, limit: number, offset: number): { total: number; variables: readonly Variable[] };
  /** All with this key, oldest first; `scope` is the whole environment scope. */
  named(owner: VariableOwner, key: string, scope?: string): readonly Variable[];
  /** Throws where the key exists in that scope: ask `named` first. */
  add(owner: VariableOwner, values: VariableValues): Variable;
  update(id: number, values: VariableValues): void;
  remove(id: number): void;
}

interface Row {
  readonly id: number;
  readonly key: string;
  readonly value: string;
  readonly variable_type: VariableType;
  readonly environment_scope: string;
  readonly protected: number;
  readonly masked: number;
  readonly hidden: number;
  readonly raw: number;
  readonly description: string | null;
}

const COLUMNS = 'key, value, variable_type, environment_scope, protected, masked, hidden, raw, description';
const NAMED = 'SELECT * FROM variables WHERE owner = ? AND key = ?';

/** The store in this database, whose tables exist. */
export function openVariables(database: Database): VariableStore {
  const count = database.prepare('SELECT count(*) AS total FROM variables WHERE owner = ?');
  const list = database.prepare('SELECT * FROM variables WHERE owner = ? ORDER BY id LIMIT ? OFFSET ?');
  const named = database.prepare(`${NAMED} ORDER BY id`);
  const scoped = database.prepare(`${NAMED} AND environment_scope = ?`);
  const add = database.prepare(
    `INSERT INTO variables (${COLUMNS}, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
  );
  const update = database.prepare(`UPDATE variables SET (${COLUMNS}) = (?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?`);
  const remove = database.prepare('DELETE FROM variables WHERE id = ?');
  const all = (rows: unknown): Variable[] => (rows as Row[]).map(variableOf);
  return {
    list: (owner, limit, offset) => ({
      total: Number(count.get(owner)?.total),
      variables: all(list.all(owner, limit, offset)),
    }),
    named: (owner, key, scope) => all(scope === undefined ? named.all(owner, key) : scoped.all(owner, key, scope)),
    add: (owner, values) => variableOf(add.get(...columnsOf(values), owner) as unknown as Row),
    update: (id, values) => void update.run(...columnsOf(values), id),
    remove: (id) => void remove.run(id),
  };
}

/** Paths mean the same in any case of letters. */
export function groupOwner(path: string): VariableOwner {
  return `group:${path.toLowerCase()}`;
}

/** In the order of COLUMNS. */
function columnsOf(v: VariableValues): (string | number | null)[] {
  return [
    ...[v.key, v.value, v.variableType, v.environmentScope],
    ...[v.protected, v.masked, v.hidden, v.raw].map(Number),
    v.description ?? null,
  ];
}

function variableOf(row: Row): Variable {
  return {
    id: row.id,
    key: row.key,
    value: row.value,
    variableType: row.variable_type,
    environmentScope: row.environment_scope,
    protected: row.protected === 1,
    masked: row.masked === 1,
    hidden: row.hidden === 1,
    raw: row.raw === 1,
    description: row.description ?? undefined,
  };
}

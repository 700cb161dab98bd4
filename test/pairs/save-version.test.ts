/** All pairs of the options of `save-version`, each row with a variable of its own. */
import { expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { PROJECT } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { variableOf, VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';
import { heldIn, promisedOf, SAVED, type Row } from './save-version/row.ts';
import { differing } from './support/differing.ts';
import { judgeRows, type Broken } from './support/judge.ts';
import { product, type Columns } from './support/product.ts';
import { runCommandHere, type CommandRun } from './support/run-command.ts';

const COLUMNS: Columns<Row> = {
  held: ['absent', '1.2.3', '1.2.4', '1.10.0', 'nightly'],
  ifLower: ['fail', 'keep', 'write'],
  create: [true, false],
  expected: ['any', 'none', '1.2.3'],
  place: ['project', 'group'],
  scope: ['*', 'production'],
  token: ['owner', 'developer', 'job'],
};
/** A token that reaches no variable is refused whatever the rules are. */
const ROWS = product(COLUMNS).filter(
  ({ token, ifLower, create, expected }) => token === 'owner' || (ifLower === 'write' && create && expected === 'any'),
);
const GROUP = 'acme/tools';
const PATHS = { project: `/projects/${PROJECT.id}`, group: `/groups/${encodeURIComponent(GROUP)}` } as const;
/** Of the same key in another scope: nobody's business. */
const OTHER = { environment_scope: 'staging', value: '0.0.1' };

interface Stage {
  readonly registry: RunningRegistry;
  readonly folder: string;
}

test('every save keeps its promises', async () => {
  await withVersionRegistry({ variables: ROWS.flatMap(variablesBefore) }, (registry) =>
    inFolder(async (folder) => {
      expect(await judgeRows(ROWS, (row, index) => trySave(row, index, { registry, folder }))).toBe('');
      const writes = registry.requests.filter(({ method }) => method !== 'GET').map(({ method }) => method);
      const promised = ROWS.flatMap((row) => promisedOf(row).writes ?? []);
      expect(writes.sort()).toEqual(promised.sort());
    }),
  );
}, 300_000);

function variablesBefore(row: Row, index: number): readonly object[] {
  const value = heldIn(row);
  if (value === undefined) return [];
  const of = { key: keyOf(index), ...(row.place === 'group' ? { group: GROUP } : {}) };
  const own = { ...of, value, environment_scope: row.scope };
  return row.scope === '*' ? [own] : [own, { ...of, ...OTHER }];
}

async function trySave(row: Row, index: number, stage: Stage): Promise<readonly Broken[]> {
  const promised = promisedOf(row);
  const dry = await run(row, index, stage, { 'dry-run': 'true' });
  const afterDry = await valueOf(row, index, stage);
  const real = await run(row, index, stage);
  const after = await valueOf(row, index, stage);
  const again = real.exitCode === 0 ? await run(row, index, stage) : undefined;
  const outputs = { version: promised.after, previous: heldIn(row) ?? 'none', changed: promised.writes !== undefined };
  return [
    ...differing('a dry run writes nothing', heldIn(row), afterDry),
    ...differing('the run ends as promised', promised.code, real.failure?.code),
    ...differing('the dry run ends like the run', real.failure, dry.failure),
    ...differing('the variable holds what is promised', promised.after, after),
    ...differing('the other scope is left alone', await otherBefore(row), await otherOf(row, index, stage)),
    ...(promised.code === undefined ? differing('the outputs are right', outputs, real.outputs) : []),
    ...(promised.code === undefined
      ? differing('the dry run tells the version', real.outputs.version, dry.outputs.version)
      : []),
    ...(again === undefined ? [] : repetition(promised.after, again)),
    ...differing('the same again leaves the variable', after, await valueOf(row, index, stage)),
  ];
}

function repetition(held: string | undefined, again: CommandRun): readonly Broken[] {
  return [
    ...differing('the same again succeeds', undefined, again.failure),
    ...differing('the same again writes nothing', { version: held, previous: held, changed: false }, again.outputs),
  ];
}

function run(row: Row, index: number, { registry, folder }: Stage, more: Record<string, string> = {}) {
  const inputs = {
    'api-url': registry.apiUrl,
    ...(row.place === 'group' ? { group: GROUP } : { project: String(PROJECT.id) }),
    token: VERSION_TOKENS[row.token],
    variable: keyOf(index),
    'package-version': SAVED,
    ...(row.expected === 'any' ? {} : { expected: row.expected }),
    'if-lower': row.ifLower,
    create: String(row.create),
    ...(row.scope === '*' ? {} : { 'environment-scope': row.scope }),
    ...more,
  };
  return runCommandHere('save-version', inputs, { cwd: folder, temp: folder });
}

function keyOf(index: number): string {
  return `VERSION_${index}`;
}

function valueOf(row: Row, index: number, stage: Stage): Promise<unknown> {
  return inScope(row, index, row.scope, stage);
}

function otherOf(row: Row, index: number, stage: Stage): Promise<unknown> {
  return row.scope === '*' ? Promise.resolve(undefined) : inScope(row, index, OTHER.environment_scope, stage);
}

function otherBefore(row: Row): unknown {
  return row.scope === '*' || heldIn(row) === undefined ? undefined : OTHER.value;
}

async function inScope(row: Row, index: number, scope: string, { registry }: Stage): Promise<unknown> {
  const filter = `?filter[environment_scope]=${encodeURIComponent(scope)}`;
  return (await variableOf(registry, `${keyOf(index)}${filter}`, PATHS[row.place]))?.value;
}

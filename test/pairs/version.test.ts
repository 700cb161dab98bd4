/** All pairs of the options of `version`, each row with a package, tags and a variable of its own. */
import { expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { comparePrecedence } from '../commands/precedence.ts';
import { claimsOf, putRaw } from '../support/raw.ts';
import { PROJECT } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';
import { differing } from './support/differing.ts';
import { judgeRows, type Broken } from './support/judge.ts';
import { product, type Columns } from './support/product.ts';
import { runCommandHere, type CommandRun } from './support/run-command.ts';
import { IID, promisedOf, type Promised, type Row } from './version/row.ts';

const COLUMNS: Columns<Row> = {
  source: ['packages', 'tags', 'variable'],
  base: ['nothing', '1.2.3', '1.3.0-rc.1'],
  taken: ['nothing', 'hidden 1.2.4', 'claimed 1.2.4'],
  increment: ['auto', 'none', 'patch', 'minor', 'major', 'pipeline'],
  prerelease: ['none', 'dev'],
  initial: ['none', '1.0.0'],
  claim: [true, false],
};
/** A first version matters where there may be none, and a number that is taken where numbers are given out. */
const ROWS = product(COLUMNS).filter(
  ({ base, initial, prerelease, taken }) =>
    (base !== '1.2.3' || initial === 'none') && (prerelease === 'none' || taken === 'nothing'),
);

interface Stage {
  readonly registry: RunningRegistry;
  readonly folder: string;
}

test('every version keeps its promises', async () => {
  const variables = ROWS.flatMap(({ source, base }, index) =>
    source === 'variable' && base !== 'nothing' ? [{ key: `V_${index}`, value: base }] : [],
  );
  const tags = ROWS.flatMap(({ source, base }, index) =>
    source === 'tags' && base !== 'nothing' ? [`${prefixOf(index)}${base}`] : [],
  );
  await withVersionRegistry({ variables, tags }, (registry) =>
    inFolder(async (folder) => {
      expect(await judgeRows(ROWS, (row, index) => tryVersion(row, index, { registry, folder }))).toBe('');
    }),
  );
}, 300_000);

async function tryVersion(row: Row, index: number, stage: Stage): Promise<readonly Broken[]> {
  const { registry } = stage;
  const name = `widget-${index}`;
  const claims = claimsOf(name);
  await seed(row, name, registry);
  const promised = promisedOf(row);
  const first = await run(row, index, '100', stage);
  const reserved = await versionsOf(registry, claims, 'default');
  if (promised === undefined) {
    return [
      ...differing('without a first version it fails', 'not-found', first.failure?.code),
      ...differing('a failure reserves nothing', row.taken === 'claimed 1.2.4' ? ['1.2.4'] : [], reserved),
    ];
  }
  const claimed = row.claim && promised.isNew;
  const others = await run(row, index, '101', stage);
  const isFree = await freeFor(first, row, name, registry);
  // What another run publishes meanwhile is no reason for a pipeline to get another number.
  if (claimed) await putRaw(registry, { name, version: '9.9.9' }, 'a.txt', 'a');
  const again = await run(row, index, '100', stage);
  return [
    ...differing('it succeeds', undefined, first.failure),
    ...differing('the version is as promised', promised.version, first.outputs.version),
    ...differing('the one before is told', promised.previous, first.outputs.previous),
    ...differing('the tag is prefix and version', `${prefixOf(index)}${promised.version}`, first.outputs.tag),
    ...differing('a new number is free', true, !promised.isNew || isFree),
    ...differing('a new number is higher than the one before', true, !promised.isNew || isHigher(first, promised)),
    ...differing('the same pipeline gets the same version again', first.outputs.version, again.outputs.version),
    ...differing('another pipeline gets another number if this one is reserved', claimed, isOther(first, others)),
    ...differing('one number is reserved, and only if that is asked', claimed, reserved.includes(promised.version)),
    ...differing(
      'the repetition reserves nothing',
      await afterBoth(claims, registry),
      expectedClaims(row, first, others),
    ),
  ];
}

function run(row: Row, index: number, pipeline: string, { registry, folder }: Stage): Promise<CommandRun> {
  const { source, increment, prerelease, initial, claim } = row;
  const job = {
    GITLAB_CI: 'true',
    CI_PIPELINE_ID: pipeline,
    CI_PIPELINE_IID: IID,
    CI_COMMIT_BRANCH: 'main',
    CI_DEFAULT_BRANCH: 'main',
    GENERIC_PACKAGES_TOKEN_TYPE: 'job',
    GENERIC_PACKAGES_VARIABLE_TOKEN: VERSION_TOKENS.owner,
  };
  const inputs = {
    'api-url': registry.apiUrl,
    project: String(PROJECT.id),
    token: VERSION_TOKENS.job,
    'package-name': `widget-${index}`,
    'tag-prefix': prefixOf(index),
    source,
    ...(source === 'variable' ? { variable: `V_${index}` } : {}),
    increment,
    ...(prerelease === 'none' ? {} : { prerelease }),
    ...(initial === 'none' ? {} : { 'initial-version': initial }),
    claim: String(claim),
  };
  return runCommandHere('version', inputs, { cwd: folder, temp: folder, env: job });
}

async function seed({ source, base, taken }: Row, name: string, registry: RunningRegistry): Promise<void> {
  if (source === 'packages' && base !== 'nothing') await putRaw(registry, { name, version: base }, 'a.txt', 'a');
  if (taken === 'hidden 1.2.4') await putRaw(registry, { name, version: '1.2.4', status: 'hidden' }, 'a.txt', 'a');
  if (taken === 'claimed 1.2.4')
    await putRaw(registry, { name: claimsOf(name), version: '1.2.4' }, 'pipeline-1.json', '{}');
}

function prefixOf(index: number): string {
  return `w${index}/v`;
}

async function freeFor({ outputs }: CommandRun, row: Row, name: string, registry: RunningRegistry): Promise<boolean> {
  const there = [...(await versionsOf(registry, name, 'default')), ...(await versionsOf(registry, name, 'hidden'))];
  const foreign = row.taken === 'claimed 1.2.4' ? ['1.2.4'] : [];
  return ![...there, ...foreign].includes(String(outputs.version));
}

function isHigher({ outputs }: CommandRun, { previous }: Promised): boolean {
  return previous === 'none' || comparePrecedence(String(outputs.version), previous) > 0;
}

function isOther(first: CommandRun, other: CommandRun): boolean {
  return first.outputs.version !== other.outputs.version;
}

async function afterBoth(claims: string, registry: RunningRegistry): Promise<readonly string[]> {
  return (await versionsOf(registry, claims, 'default')).sort();
}

function expectedClaims(row: Row, first: CommandRun, other: CommandRun): readonly string[] {
  const foreign = row.taken === 'claimed 1.2.4' ? ['1.2.4'] : [];
  const own = row.claim && promisedOf(row)?.isNew === true ? [first, other] : [];
  // Each number has a record, and each pipeline.
  const pipelines = own.map((_run, index) => `pipeline-${100 + index}`);
  return [...foreign, ...own.map(({ outputs }) => String(outputs.version)), ...pipelines].sort();
}

/** Of one package alone, for the registry holds those of all rows. */
async function versionsOf(registry: RunningRegistry, name: string, status: string): Promise<string[]> {
  const query = `per_page=100&status=${status}&package_name=${encodeURIComponent(name)}`;
  const answer = await fetch(`${registry.apiUrl}/projects/${PROJECT.id}/packages?${query}`, {
    headers: { 'PRIVATE-TOKEN': VERSION_TOKENS.developer },
  });
  const rows = (await answer.json()) as { name: string; version: string }[];
  return rows.filter((row) => row.name === name).map(({ version }) => version);
}

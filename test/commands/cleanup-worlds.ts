/** Random registries and rule sets for `cleanup`, and the same in the shapes of the program. */
import type { Random } from '../core/random.ts';
import type { CleanupRules } from '../../src/commands/cleanup/decide.ts';
import type { Facts } from '../../src/commands/cleanup/facts.ts';
import { linkedPackages } from '../../src/commands/shared/release-links.ts';
import type { World, WorldRules, WorldVersion } from './cleanup-oracle.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-06-01T12:00:00Z');
const PROJECT = { id: 42, path: 'acme/tools/widget' };
const PIPELINES = [
  'success',
  'failed',
  'canceled',
  'skipped',
  'running',
  'pending',
  'created',
  'manual',
  'scheduled',
  'new',
];
const HOST = 'https://gitlab.example.com';

export function randomWorld(random: Random): World {
  const names = random.pick([['widget'], ['widget', 'gadget'], ['widget', 'widget-lib', 'tool']]);
  const versions: WorldVersion[] = [];
  for (const name of names) {
    const texts = new Set(Array.from({ length: random.below(14) }, () => randomVersion(random)));
    for (const version of texts) versions.push(versionOf(random, versions.length + 1, name, version));
  }
  const some = <T>(share: number, of: (one: WorldVersion) => T): T[] =>
    versions.filter(() => random.below(100) < share).map(of);
  return {
    project: PROJECT,
    versions,
    tags: [...some(20, ({ version }) => `${random.pick(['v', '', 'cli/v', 'release-'])}${version}`), 'nightly'],
    links: some(10, (one) => randomLink(random, one)),
    variables: some(4, ({ version }) => random.pick([version, `v${version}`, '9.9.9'])),
  };
}

export function randomRules(random: Random): WorldRules {
  const age = (share: number, least = 1): number | undefined =>
    random.below(100) < share ? least + random.below(60) : undefined;
  return {
    olderThan: age(75),
    prereleasesOlderThan: age(70),
    othersOlderThan: age(50),
    incompleteOlderThan: age(60, 7),
    notDownloadedFor: age(25),
    keepLatest: random.pick([1, 1, 2, 3, 10]),
    keepPer: random.pick(['none', 'major', 'minor']),
    keep: random.pick([[], [], ['1.x'], ['latest', '2.0.0'], ['>=2 <3', 'nightly'], ['^1.2.0-rc.1']]),
    keepTagged: random.below(100) < 60,
    tagPrefix: random.pick(['v', 'v', 'cli/v', 'release-']),
    maxDeletions: random.pick([2, 5, 100, 100, 100]),
    maxShare: random.pick([0, 20, 50, 50, 100, 100]),
  };
}

export function factsOf(world: World, rules: WorldRules): Facts {
  return {
    now: NOW,
    versions: world.versions.map(({ age, downloaded, pipeline, ...one }) => ({
      ...one,
      createdAt: at(age),
      lastDownloadedAt: downloaded === undefined ? undefined : at(downloaded),
      tellsDownloads: true,
      pipeline: pipeline && { id: one.id, status: pipeline.status, changedAt: at(pipeline.age) },
      deletable: true,
    })),
    references: rules.keepTagged
      ? { tags: new Set(world.tags), links: linkedPackages(world.links, world.project) }
      : undefined,
    variables: world.variables,
  };
}

export function rulesOf(rules: WorldRules): CleanupRules {
  const given = {
    stable: rules.olderThan,
    prerelease: rules.prereleasesOlderThan,
    other: rules.othersOlderThan,
    hidden: rules.incompleteOlderThan,
  };
  const ages = Object.entries(given).flatMap(([type, age]) => (age === undefined ? [] : [[type, age * DAY]]));
  const { notDownloadedFor, keepLatest, keepPer, keep, tagPrefix, maxDeletions, maxShare } = rules;
  return {
    ...{ keepLatest, keepPer, keep, tagPrefix, maxDeletions, maxShare },
    deleteAfter: Object.fromEntries(ages) as CleanupRules['deleteAfter'],
    notDownloadedFor: notDownloadedFor === undefined ? undefined : notDownloadedFor * DAY,
  };
}

function versionOf(random: Random, id: number, name: string, version: string): WorldVersion {
  const age = random.pick([0.5, 1, 1.5, 3, 7, 8, 20, 35, 70, 200]);
  return {
    ...{ id, name, version, age },
    status: random.pick(['default', 'default', 'default', 'default', 'deprecated', 'hidden', 'hidden', 'error']),
    downloaded: random.below(2) === 0 ? undefined : age * random.pick([0.1, 0.5, 1]),
    pipeline:
      random.below(2) === 0 ? undefined : { status: random.pick(PIPELINES), age: random.pick([1, 30, 90, 91, 150]) },
    hasManifest: random.below(3) === 0,
  };
}

function randomVersion(random: Random): string {
  const number = (): number => random.below(4);
  const numbers = `${number()}.${number()}.${number()}`;
  return random.pick([
    numbers,
    numbers,
    `v${numbers}`,
    `${numbers}+${random.pick(['a', 'b'])}`,
    `${numbers}-rc.${number()}`,
    `${numbers}-${random.pick(['alpha', 'beta.2', '0.3', 'x-y'])}`,
    `${number()}.${number()}`,
    `${numbers}.${number()}`,
    `2024.0${1 + number()}.0${1 + number()}`,
    random.pick(['nightly', 'latest', 'main-3f', '7', `${numbers}-01`]),
  ]);
}

function randomLink(random: Random, { id, name, version }: WorldVersion): string {
  const { path } = PROJECT;
  return random.pick([
    `${HOST}/api/v4/projects/${PROJECT.id}/packages/generic/${name}/${version}/file.zip`,
    `${HOST}/api/v4/projects/${encodeURIComponent(path)}/packages/generic/${name}/${version}/file.zip`,
    `${HOST}/gitlab/api/v4/projects/${PROJECT.id}/packages/generic/${name}/${version}/file.zip`,
    `${HOST}/${path}/-/packages/${id}`,
    // These are of other projects, or of no package.
    `${HOST}/api/v4/projects/43/packages/generic/${name}/${version}/file.zip`,
    `${HOST}/acme/other/-/packages/${id}`,
    `${HOST}/downloads/${name}-${version}.zip`,
  ]);
}

function at(age: number): string {
  return new Date(NOW - age * DAY).toISOString();
}

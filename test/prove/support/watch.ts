/** Another client that looks all the while: what lists and `latest` show must be a complete version at any moment. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningRegistry } from '../../../src/registry/server.ts';
import { getRaw, sha256, storedRows, visibleVersions, WIDGET } from '../../support/raw.ts';
import { fileOf, PROJECT, puts, TOKENS } from '../../support/registry.ts';
import type { Program } from './program.ts';

export const MANIFEST = 'generic-package.json';

export interface Watched {
  readonly registry: RunningRegistry;
  readonly program: Program;
  readonly folder: string;
}

export interface Sightings {
  /** What was seen and must not be. */
  readonly problems: readonly string[];
  /** How often the list of versions was read. */
  readonly lists: number;
  /** How often `latest` was resolved. */
  readonly latests: number;
}

interface Counts extends Sightings {
  readonly problems: string[];
  lists: number;
  latests: number;
}

interface Listed {
  readonly files: readonly { readonly name: string; readonly path?: string; readonly sha256: string }[];
}

/** Looks while `work` goes on; returns what it returned, and what was seen. */
export async function watching<T>(
  watched: Watched,
  work: () => Promise<T>,
): Promise<{ result: T; sightings: Sightings }> {
  const seen: Counts = { problems: [], lists: 0, latests: 0 };
  const state = { over: false };
  const loops = [listAll(watched, seen, state), resolveLatest(watched, seen, state)];
  try {
    return { result: await work(), sightings: seen };
  } finally {
    state.over = true;
    await Promise.all(loops);
  }
}

async function listAll({ registry }: Watched, seen: Counts, state: { readonly over: boolean }): Promise<void> {
  const sound = new Set<string>();
  while (!state.over) {
    for (const version of await visibleVersions(registry)) {
      if (sound.has(version)) continue;
      const problem = await incomplete(registry, version);
      if (problem === undefined) sound.add(version);
      else seen.problems.push(`${version} was listed: ${problem}`);
    }
    seen.lists += 1;
    await sleep(10);
  }
}

/** Why a version that was listed a moment ago is none to be seen; undefined if it is whole. */
async function incomplete(registry: RunningRegistry, version: string): Promise<string | undefined> {
  const sealing = puts(registry).some((put) => put.path.includes(`/${version}/`) && fileOf(put) === MANIFEST);
  if (!sealing) return 'nobody had begun to send a manifest';
  const of = { name: WIDGET.name, version };
  const manifest = await getRaw(registry, of, MANIFEST);
  if (manifest === undefined) return 'it has no manifest';
  const rows = new Map((await storedRows(registry, of)).map((row) => [row.name, row.sha256]));
  const { files } = JSON.parse(manifest) as Listed;
  const wrong = files.filter((file) => rows.get(file.path ?? file.name) !== file.sha256);
  return wrong.length === 0 ? undefined : `${wrong.length} of ${files.length} files are not as its manifest says`;
}

/** As a consumer does: the program's own `latest`, again and again. */
async function resolveLatest(watched: Watched, seen: Counts, state: { readonly over: boolean }): Promise<void> {
  while (!state.over) {
    const problem = await latestProblem(watched);
    if (problem !== undefined) seen.problems.push(problem);
    seen.latests += 1;
    await sleep(100);
  }
}

async function latestProblem({ registry, program, folder }: Watched): Promise<string | undefined> {
  const inputs = {
    'api-url': registry.apiUrl,
    project: PROJECT.path,
    token: TOKENS.reader,
    'package-version': 'latest',
    'require-manifest': 'true',
    'if-not-found': 'ignore',
    'dry-run': 'true',
    directory: 'never',
  };
  const run = await program.run('download', inputs, { cwd: folder });
  if (run.code !== 0) return `latest failed: ${run.stderr}`;
  if (run.outputs.found === 'false') return undefined;
  const of = { name: WIDGET.name, version: run.outputs['package-version'] ?? '' };
  const manifest = await getRaw(registry, of, MANIFEST);
  if (manifest === undefined) return `latest is ${of.version}, which has no manifest`;
  const digest = `sha256:${sha256(manifest)}`;
  return digest === run.outputs.digest
    ? undefined
    : `latest is ${of.version} with the digest ${run.outputs.digest ?? ''}, not ${digest}`;
}
